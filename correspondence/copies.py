"""What became of a message at each of its addresses, as people read it."""

from collections.abc import Iterator, Sequence

from message_templates import copies as words
from receivables.codes.messages import RecipientState
from receivables.company import Company
from store.reminders.copies import Copy


def told(company: Company, copies: Sequence[Copy], *, slack: bool) -> Iterator[str]:
    """Yield a line for each address, in the language of the company, escaped for Slack or plain."""
    for copy in copies:
        local = copy.next_at.astimezone(company.zone) if copy.next_at else None
        yield words.line(copy.address, copy.state, copy.words, local, company.language, slack=slack)


def differ(copies: Sequence[Copy]) -> bool:
    """Whether a message has come further at some addresses than at others, so that each is worth telling."""
    known = {copy.state for copy in copies if copy.state is not RecipientState.CALLED_OFF or copy.attempts}
    return len(known) > 1
