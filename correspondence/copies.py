"""What became of a message at each of its addresses, as people read it."""

from collections.abc import Iterator, Sequence

from message_templates import copies as words
from receivables.codes.messages import RecipientState
from receivables.company import Company
from store.reminders.copies import Copy


def told(company: Company, copies: Sequence[Copy], *, slack: bool) -> Iterator[str]:
    """Yield a line for each address, in the language of the company, escaped for Slack or plain."""
    for copy in copies:
        when = copy.tried_at if copy.state is RecipientState.ACCEPTED else copy.next_at
        local = when.astimezone(company.zone) if when else None
        yield words.line(copy.address, copy.state, copy.words, local, company.language, slack=slack)


def differ(copies: Sequence[Copy]) -> bool:
    """Whether a message has come further at some addresses than at others, or later: each is told then."""
    handed = [copy for copy in copies if copy.state is not RecipientState.CALLED_OFF or copy.attempts]
    return len({copy.state for copy in handed}) > 1 or len({copy.tried_at for copy in handed}) > 1
