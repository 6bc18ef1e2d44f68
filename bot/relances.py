"""/relances: the late invoices now, and why an invoice is or is not reminded."""

from dataclasses import replace
from datetime import date

from bot.invoices import list as late_list
from bot.routes import WORDS
from bot.slack import blocks
from bot.slack.access import COMMERCIAL
from bot.slack.front import Command, Rule
from bot.slack.outcomes import who
from bot.slack.routes import Routes
from bot.slack.visit import Visit
from bot.typed.choosing import choose_whole
from bot.typed.cutting import words_of
from bot.typed.understanding import HELPED, named, near_command
from bot.typed.values import Understood
from bot.typed.vocabulary import HELP
from bot.typed.words import plain
from message_templates import labels, why
from message_templates.catalogue import say
from receivables.codes.statuses import Status
from receivables.language import Language
from receivables.text import fold_typed
from store.accounts import facts as accounts
from store.invoices import acts as invoices
from store.invoices import last_acts
from store.invoices.acts import InvoiceFacts
from store.morning import late

WHY_WORDS = ("pourquoi", "pq", "why")
SHOWN = 20


def understand(text: str, today: date, language: Language) -> Understood:
    """Read `/relances`, `/relances pourquoi FAC-123`, or a word and what follows. Raises Refused."""
    words = words_of(text, plain("relances.example", language))
    if not words:
        return Understood()
    first, rest = fold_typed(words[0]), " ".join(words[1:])
    if first in HELP or fold_typed(text) in HELP:
        return HELPED
    if first in WORDS:
        return WORDS[first].understand(rest, today, language)
    if first in WHY_WORDS:
        return WHY.understand(rest, today, language)
    near = near_command(words, [*WORDS, *WHY_WORDS])
    return replace(WHY.understand(" ".join(words), today, language), near=near)


def answer_relances(visit: Visit, said: Understood) -> None:
    """Answer `/relances` with the list, or with how it is used."""
    if said.help:
        visit.tell(say("relances.help", visit.language))
    else:
        listed(visit)


def answer_why(visit: Visit, said: Understood) -> None:
    """Answer `/relances pourquoi FAC-123` with the reason. Raises RelanceError."""
    with visit.look() as b:
        found = choose_whole(b, said, plain("relances.example", visit.language))
    explain(visit, *(each.id for each in found))


def show_why(visit: Visit, carried: str) -> None:
    """Answer « Pourquoi ? » in a menu."""
    explain(visit, int(carried))


def listed(visit: Visit) -> None:
    """Whisper the first late invoices, each with its menu."""
    with visit.look() as b:
        found = late.customers(b, visit.today)
        acts = last_acts.last_acts_of(b, late_list.first_ids(found, SHOWN))
    if not found:
        visit.tell(say("relances.none", visit.language))
        return
    total = [invoice for customer in found for invoice in customer.invoices]
    facts = {"invoices": len(total), "totals": late.totals_of(total)}
    head = say("digest.list", visit.language, customers=len(found), **facts)
    room = late_list.CHARACTERS - late_list.weight([blocks.section(head)]) - 200
    shown = late_list.sections(visit.company, found, acts, room=room, most=SHOWN)
    foot = (
        [blocks.context(say("digest.shown", visit.language, shown=len(shown), **facts))]
        if len(shown) < len(total)
        else []
    )
    visit.tell(head, [blocks.section(head), *shown, *foot])


def explain(visit: Visit, *invoice_ids: int) -> None:
    """Whisper where an invoice, or each of its instalments, stands, the reason, and what comes next."""
    with visit.look() as b:
        found = [invoices.get_invoice(b, key) for key in invoice_ids]
        decisions = accounts.whys(b, invoice_ids, on=visit.today, now=visit.at)
    told = [
        f"{_standing(visit, invoice)}\n{why.slack_detail(decision, visit.language)}"
        for invoice, decision in zip(found, decisions, strict=True)
    ]
    visit.tell("\n".join(told[:SHOWN]), [blocks.section(each) for each in told[:SHOWN]])


def _standing(visit: Visit, invoice: InvoiceFacts) -> str:
    status = invoice.status(visit.today)
    if status == Status.PAID:
        return say(
            "relances.why_paid",
            visit.language,
            number=invoice.number,
            customer=invoice.customer,
            on=invoice.settled_on,
            who=who(invoice.settled_by, visit.language),
        )
    return say(
        "relances.why",
        visit.language,
        number=invoice.number,
        customer=invoice.customer,
        status=labels.status(status, visit.language),
        claimed=status not in {Status.WITHDRAWN, Status.WRITTEN_OFF},
        outstanding=invoice.outstanding,
        currency=invoice.currency,
        due=invoice.due_date,
    )


WHY = Command("pourquoi", named("relances.example"), answer_why, COMMERCIAL)
ROUTES = Routes(
    commands={"/relances": Command("relances", understand, answer_relances, COMMERCIAL)},
    words=dict.fromkeys(WHY_WORDS, WHY),
    lines={"pourquoi": Rule(show_why, COMMERCIAL)},
)
