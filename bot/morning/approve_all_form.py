"""*Tout approuver*: the list of what leaves, and of what it leaves out with the reason."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.digest.approval_card import SHOWN, numbers, totals, waiting, why_of
from bot.digest.mail_card import NAME
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.visit import Desk, Visit
from bot.typed.words import cut, plain
from correspondence import shown
from message_templates import labels
from message_templates.catalogue import say
from receivables.codes.approvals import ApprovalState
from receivables.company import Company
from store.approvals import facts
from store.approvals.facts import ApprovalFacts
from store.books import Books

CALLBACK = "approval_all_given"


@dataclass(frozen=True, slots=True)
class Sorted:
    """What may be approved in one go; what has changed, what is held, what has no mail; and letters."""

    ready: tuple[ApprovalFacts, ...]
    changed: tuple[ApprovalFacts, ...]
    held: tuple[ApprovalFacts, ...]
    unwritable: tuple[ApprovalFacts, ...]
    letters: int


def sort(b: Books, found: Sequence[ApprovalFacts], *, now: datetime) -> Sorted:
    """Sort what waits: only what is as it was shown, held by nothing and written is approved in one go."""
    open_ = waiting(found)
    free = [told for told in open_ if not told.why]
    written = {told.id for told in free if shown.of_approval(b, told.id, now=now).mail is not None}
    return Sorted(
        ready=tuple(told for told in free if told.id in written)[:SHOWN],
        changed=tuple(told for told in found if told.state == ApprovalState.ASKED and told.changed),
        held=tuple(told for told in open_ if told.why),
        unwritable=tuple(told for told in free if told.id not in written),
        letters=facts.letters_waiting(b),
    )


def view(visit: Visit, found: Sorted) -> Block:
    """Return the form; without its button when nothing may be approved."""
    known = {"company": visit.company.key, "channel": visit.voice.channel}
    ids = [told.id for told in found.ready]
    intro = say("accords.all.intro", visit.language, count=len(ids), totals=totals(found.ready))
    drawn = blocks.modal(
        CALLBACK,
        plain("accords.all.title", visit.language),
        [blocks.section(intro), *_listed(visit, found.ready), *_left_out(visit, found)],
        submit=plain("accords.all.yes", visit.language),
        close=plain("accords.sure.no", visit.language),
        metadata=json.dumps({**known, "approvals": ids}),
    )
    if not ids:
        del drawn["submit"]
    return drawn


def _listed(visit: Visit, found: Iterable[ApprovalFacts]) -> list[Block]:
    lines = [
        say(
            "accords.all.line",
            visit.language,
            customer=cut(told.customer, NAME),
            numbers=numbers(told, visit.language),
            step=labels.step(told.step, visit.language),
            totals=totals([told]),
        )
        for told in found
    ]
    return [blocks.section("\n".join(lines[start : start + 10])) for start in range(0, len(lines), 10)]


def _left_out(visit: Visit, found: Sorted) -> list[Block]:
    language = visit.language
    lines = [
        say(f"accords.all.{key}", language, customer=cut(told.customer, NAME), why=why_of(told, language))
        for key in ("changed", "held", "unwritable")
        for told in getattr(found, key)[:10]
    ]
    lines += [say("accords.letters", language, count=found.letters)] if found.letters else []
    if not lines:
        return []
    head = say("accords.all.left_out", language)
    return [blocks.divider(), blocks.section("\n".join([head, *lines]))]


def errors(_view: dict[str, Any], _company: Company, _desk: Desk) -> dict[str, str]:
    """Return what is wrong with the fields: there are none."""
    return {}
