"""Who does an act: a person, or one of the automatons that act by themselves."""

from dataclasses import dataclass
from enum import StrEnum


class Automaton(StrEnum):
    """Authors that are no Slack users, as the journal names them; their words are `labels.automaton.…`."""

    CLOCK = "horloge"
    IMPORT = "import"
    CONSOLE = "console"
    """Who sits at the command line."""


@dataclass(frozen=True, slots=True)
class Person:
    """The author of an act, or whom it falls to: a Slack user id, or the name of an automaton.

    A value of its own, so that a sentence knows what is a person (a mention in Slack) and what is only text.
    """

    id: str

    @classmethod
    def known(cls, author: str | None) -> "Person | None":
        """Return who has this id; None when nobody is named."""
        return cls(author) if author else None

    @property
    def automaton(self) -> Automaton | None:
        """Which automaton this is; None for a human being."""
        return next((each for each in Automaton if each == self.id), None)
