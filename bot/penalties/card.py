"""How penalties and rates look in Slack: a table in figures, the sums under it, what was decided."""

from collections.abc import Sequence
from decimal import Decimal

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.outcomes import undo_button, who
from bot.slack.visit import Visit
from bot.typed.words import cut, plain
from message_templates.catalogue import Mrkdwn, say
from message_templates.writer import writer
from receivables.language import Language
from receivables.penalties import Penalties, Slice
from receivables.rates import BUSINESS_POINTS, FLOOR_TIMES, PUBLIC_POINTS
from store.invoices.acts import InvoiceFacts
from store.penalties.facts import InvoicePenalties, PenaltyDecided
from store.rates import RateLine

CLAIM, WAIVE, UNDO = "penalties_claim", "penalties_waive", "penalties_undo"
CONFIRM_RATES = "rates_confirm"
MOST_LINES = 24
"""Lines of a table that are shown: what a section takes, whatever the figures."""


def shown(visit: Visit, invoice: InvoiceFacts, found: InvoicePenalties, entry_id: int | None) -> list[Block]:
    """Return the computation of one invoice with its buttons; `entry_id`: what *Annuler* takes back."""
    computed = found.computed
    title = say(
        "penalites.title",
        visit.language,
        number=invoice.number,
        customer=cut(invoice.customer, 100),
        on=computed.on,
    )
    if not computed.any:
        return [blocks.section(f"{title}\n{nothing(invoice, computed, visit.language)}")]
    drawn = [blocks.section(f"{title}\n{say(f'penalites.rule.{computed.rule}', visit.language)}")]
    if computed.slices:
        drawn.append(blocks.section(slices(computed, visit.language)))
    drawn.append(blocks.section("\n".join(sums(computed, visit.language))))
    if found.decision is not None:
        drawn.append(blocks.section(decided(visit, found.decision)))
    drawn.append(blocks.actions(*_buttons(visit, invoice, found, entry_id)))
    return [*drawn, blocks.context(say("penalites.never_added", visit.language))]


def nothing(invoice: InvoiceFacts, computed: Penalties, language: Language) -> str:
    """Return why nothing is due."""
    key = computed.rule if computed.rule in {"consumer", "unknown"} else "other"
    said = say("penalites.nothing", language, number=invoice.number, customer=cut(invoice.customer, 100))
    return f"{said} {say(f'penalites.about.{key}', language)}"


def slices(computed: Penalties, language: Language) -> str:
    """Return the slices as a table in fixed width, the latest ones when there are too many."""
    kept = computed.slices[-MOST_LINES:]
    head = [
        plain(f"penalites.column.{name}", language) for name in ("period", "days", "base", "rate", "amount")
    ]
    table = fixed([head, *(_slice(each, computed.currency, language) for each in kept)])
    left = len(computed.slices) - len(kept)
    return f"{table}\n{say('penalites.more_slices', language, count=left)}" if left else table


def _slice(each: Slice, currency: str, language: Language) -> list[str]:
    write = writer(language)
    return [
        f"{write.day_month(each.first)} – {write.day(each.last)}",
        str(each.days),
        write.amount(each.base, currency),
        plain("penalites.rate_unknown", language) if each.rate is None else write.rate(each.rate),
        "–" if each.amount is None else write.amount(each.amount, currency),
    ]


def fixed(rows: Sequence[Sequence[str]]) -> str:
    """Return rows in a fixed-width table: the first column ranged left, figures ranged right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if rank == 0 else cell.rjust(width)
            for rank, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "```" + "\n".join(lines).replace("\u202f", "\u00a0") + "```"


def sums(computed: Penalties, language: Language) -> list[str]:
    """Return the sums under the table, and what waits for a rate."""
    money = {"currency": computed.currency}
    name = say(f"penalites.interest_of.{computed.rule}", language)
    lines: list[str] = [say("penalites.principal", language, principal=computed.principal, **money)]
    if computed.interest is None:
        lines.append(say("penalites.interest_unknown", language, name=name))
    else:
        lines.append(say("penalites.interest", language, name=name, interest=computed.interest, **money))
    if computed.interest_paid:
        lines.append(say("penalites.interest_paid", language, amount=computed.interest_paid, **money))
    if computed.indemnity:
        lines.append(say("penalites.indemnity", language, indemnity=computed.indemnity))
    if computed.total is not None:
        lines.append(say("penalites.total", language, total=computed.total, **money))
    if computed.unknown:
        names = [str(each) for each in computed.unknown]
        lines.append(f":warning: {say('penalites.to_confirm', language, semesters=names)}")
        lines.append(say("penalites.to_confirm_how", language, semester=names[0]))
    return lines


def decided(visit: Visit, decision: PenaltyDecided) -> Mrkdwn:
    """Return what was decided, when, by whom, and why."""
    return say(
        f"penalites.decided_{decision.decision}",
        visit.language,
        at=visit.company.day_of(decision.at),
        who=who(decision.by, visit.language),
        reason=cut(decision.reason or "", 300),
    )


def _buttons(
    visit: Visit, invoice: InvoiceFacts, found: InvoicePenalties, entry_id: int | None
) -> list[Block]:
    value, unknown = visit.value(invoice.id), found.computed.unknown
    buttons = []
    if unknown:
        label = plain("penalites.confirm_rates", visit.language, semester=str(unknown[0]))
        buttons.append(blocks.button(label, CONFIRM_RATES, visit.value(0, unknown[0]), style="primary"))
    elif not found.claimed:
        sure = blocks.confirm(
            plain("penalites.claim_title", visit.language),
            plain("penalites.claim_text", visit.language, number=invoice.number),
            plain("penalites.yes", visit.language),
            plain("penalites.no", visit.language),
        )
        buttons.append(
            blocks.button(
                plain("penalites.claim", visit.language), CLAIM, value, style="primary", confirm=sure
            )
        )
    if not found.waived:
        buttons.append(blocks.button(plain("penalites.waive", visit.language), WAIVE, value))
    if entry_id is not None:
        buttons.append(undo_button(visit.value(entry_id), action=UNDO, language=visit.language))
    return buttons


def rates(visit: Visit, lines: Sequence[RateLine]) -> list[Block]:
    """Return the table of rates, the latest half-year first, and a button for the first to confirm."""
    names = ("semester", "refinancing", "business", "public", "floor")
    head = [plain(f"penalites.short.{name}", visit.language) for name in names]
    table = fixed([head, *(_rates(line, visit.language) for line in lines[:MOST_LINES])])
    drawn = [blocks.section(f"*{say('penalites.rates.title', visit.language)}*\n{table}")]
    waiting = [line.semester for line in lines if line.rates is None or line.rates.to_confirm]
    if waiting:
        label = plain("penalites.confirm_rates", visit.language, semester=str(waiting[-1]))
        button = blocks.button(label, CONFIRM_RATES, visit.value(0, waiting[-1]), style="primary")
        drawn.append(blocks.actions(button))
    return [
        *drawn,
        blocks.context(
            f"{say('penalites.rates.note', visit.language)} {say('penalites.rates.marks', visit.language)}"
        ),
    ]


def _rates(line: RateLine, language: Language) -> list[str]:
    known = line.rates
    mark = "" if known and not known.to_confirm else " ?"
    figures: list[Decimal | None] = [None, None, None, None]
    if known is not None:
        refinancing = known.refinancing
        floor = None if known.legal is None else known.legal * FLOOR_TIMES
        figures = [refinancing, refinancing + BUSINESS_POINTS, refinancing + PUBLIC_POINTS, floor]
    return [
        f"{line.semester}{mark}",
        *("–" if each is None else writer(language).rate(each) for each in figures),
    ]
