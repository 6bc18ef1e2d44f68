"""By what a step reaches its customer: one row a channel says all that the rooms ask of it.

A company works with the channels of its own table, the shipped one unless it is given another: the rules,
the books and the post room ask the row, and none of them names a channel that messages leave by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Reach(StrEnum):
    """What of a contact a message is written to, as the column of the contact is called."""

    EMAIL = "email"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class ReachFacts:
    """What the rooms ask of a kind of address."""

    mailbox: bool
    """Whether it is one of mail: checked as such, shown with its owner's name, and lost once mail bounced."""


REACHES: Mapping[Reach, ReachFacts] = {
    Reach.EMAIL: ReachFacts(mailbox=True),
    Reach.PHONE: ReachFacts(mailbox=False),
}
"""What is known of each."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to a customer. `key` is its name in policies and in the books."""

    key: str
    reach: Reach | None
    """What a written message is sent to; None: a person acts, and the step opens a task."""
    texts: str = ""
    """Folder of the texts that the customer reads; empty: nothing is written."""
    kept: str = "txt"
    """What a message that left is kept as, by its file ending: a mail, else the plain text."""
    formal: bool = False
    """Whether its steps ask for an approval unless the policy says otherwise."""

    @property
    def written(self) -> bool:
        """Whether messages leave by it of themselves, through the sender that the post room has for it."""
        return self.reach is not None

    @property
    def threaded(self) -> bool:
        """Whether its messages answer one another, by what each is recognised by: mails do."""
        return self.kept == "eml"

    @property
    def spaced(self) -> bool:
        """Whether it keeps its distance from other messages: the customer reads it (rule 6)."""
        return bool(self.texts)

    def __str__(self) -> str:
        """Return the key."""
        return self.key


EMAIL = Channel("email", Reach.EMAIL, "email", "eml")
CALL = Channel("call", None)
LETTER = Channel("letter", None, "letter", formal=True)
HANDOVER = Channel("handover", None, formal=True)

CHANNELS: Mapping[str, Channel] = {channel.key: channel for channel in (EMAIL, CALL, LETTER, HANDOVER)}
"""The channels that Relance ships, by key. A written one more is a row here and a sender in the post room."""
USUAL = EMAIL
"""The channel of a step that names none, and of what no policy plans: statements, thanks, instalments."""
