"""The day's list of claims that grow old, to those who decide what becomes of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.slack import blocks
from bot.slack.notice import Notice
from bot.tasks.card import mentions
from bot.typed.words import cut
from message_templates.catalogue import say
from receivables import duty
from receivables.language import Language
from store.books import Books
from store.claims import facts
from store.claims.facts import OldClaim

SHOWN = 15
"""Claims of each part that are listed one by one; all are counted and added up."""


def draw(b: Books, data: Mapping[str, Any]) -> Notice | None:
    """Return the list; what was paid, withdrawn or given up meanwhile is left out, None when all was."""
    at, language = datetime.fromisoformat(data["now"]), b.company.language
    over, soon = (facts.of_invoices(b, data[part], at=at) for part in ("over", "soon"))
    if not over and not soon:
        return None
    head = say(
        "reconnaissance.list.head",
        language,
        who=mentions(duty.manager(b.company)),
        count=len(over) + len(soon),
    )
    parts = [_part(name, claims, language) for name, claims in (("over", over), ("soon", soon)) if claims]
    foot = blocks.context(say("reconnaissance.list.foot", language))
    return Notice(head, [blocks.section(head), *(blocks.section(part) for part in parts), foot])


def _part(name: str, claims: Sequence[OldClaim], language: Language) -> str:
    totals: dict[str, Any] = {}
    for claim in claims:
        totals[claim.currency] = totals.get(claim.currency, 0) + claim.outstanding
    title = say(f"reconnaissance.list.{name}", language, count=len(claims), totals=totals)
    lines = [
        say(
            "reconnaissance.list.line",
            language,
            number=cut(claim.number, 40),
            customer=cut(claim.customer, 50),
            outstanding=claim.outstanding,
            currency=claim.currency,
            due=claim.due_date,
            on=claim.prescribed_on,
        )
        for claim in claims[:SHOWN]
    ]
    left = len(claims) - len(lines)
    more = [say("reconnaissance.list.more", language, count=left)] if left else []
    return "\n".join((title, *lines, *more))
