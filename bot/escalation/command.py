"""/escalade: show the next step of an invoice, send it now, or raise the file to the manager."""

from collections.abc import Sequence

from bot.slack import asking, blocks
from bot.slack.access import FINANCE, RESPONSABLE
from bot.slack.blocks import Block
from bot.slack.outcomes import UNDO_FINANCE, sentence_of, with_undo
from bot.slack.visit import Visit
from bot.typed.choosing import choose_of_one
from bot.typed.values import Understood
from bot.typed.words import cut, plain
from correspondence import shown
from correspondence.piece import Mail
from message_templates import labels
from message_templates.catalogue import say
from receivables.codes.tasks import TaskKind
from receivables.errors import Refused
from receivables.language import Language
from store.approvals import escalations
from store.approvals.escalations import Became, Preview
from store.books import Books
from store.invoices.acts import InvoiceFacts
from store.tasks import acts as tasks

MOST_LOOKED_AT = 12
"""Invoices named in one line whose next step is looked at."""
FIRST_LINES = 500
"""Characters of the mail that are shown before it leaves."""
DONE = {Became.MESSAGE: "sent", Became.TASK: "opened", Became.APPROVAL: "asked"}
SEND, SEND_ANYWAY, RAISE = "escalade_send", "escalade_anyway", "escalade_raise"


def answer_escalade(visit: Visit, said: Understood) -> None:
    """Answer `/escalade FAC-123`, or several of one customer, with what would happen. Raises RelanceError."""
    if said.help:
        visit.tell(say("escalade.help", visit.language))
        return
    with visit.look() as b:
        named = choose_of_one(b, said, plain("escalade.example", visit.language))
        lead, head = _leading(b, visit, named)
    show_next_step(visit, lead, head=head)


def _leading(b: Books, visit: Visit, named: Sequence[InvoiceFacts]) -> tuple[int, str]:
    """Return whose next step carries the most of the invoices named, and which of them it leaves out."""
    if len(named) == 1:
        return named[0].id, ""
    numbers = {each.number for each in named}
    carried = {
        each.id: {item.number for item in escalations.preview(b, each.id, now=visit.at).items}
        for each in named[:MOST_LOOKED_AT]
    }
    lead = max(carried, key=lambda id_: len(carried[id_] & numbers))
    own = next(each.number for each in named if each.id == lead)
    left = [each.number for each in named if each.number not in carried[lead] | {own}]
    return lead, say("escalade.left_out", visit.language, numbers=_some(left)) if left else ""


def show_for_invoice(visit: Visit, carried: str) -> None:
    """Answer « Escalader » in a menu."""
    show_next_step(visit, int(carried))


def show_next_step(visit: Visit, invoice_id: int, *, head: str = "", instead: bool = False) -> None:
    """Whisper the next step, what warns against it, and the two ways on."""
    with visit.look() as b:
        preview = escalations.preview(b, invoice_id, now=visit.at)
        mail = shown.of_escalation(b, invoice_id, now=visit.at).mail
    text = "\n".join(filter(None, (head, next_step_sentences(preview, visit.language))))
    buttons = [] if preview.refusal else [_way_on(visit, invoice_id, preview)]
    buttons.append(blocks.button(plain("escalade.raise", visit.language), RAISE, visit.value(invoice_id)))
    drawn = [blocks.section(text), *_first_lines(mail, visit.language), blocks.actions(*buttons)]
    visit.tell(text, drawn, instead=instead)


def _first_lines(mail: Mail | None, language: Language) -> list[Block]:
    """Return how the mail begins, as plain text, where nothing is live."""
    if mail is None:
        return []
    lines = [line.strip() for line in mail.text.splitlines() if line.strip()]
    begun = cut(" ".join(lines), FIRST_LINES)
    quoted: Block = {"type": "section", "text": blocks.plain_text(begun, FIRST_LINES)}
    return [blocks.context(say("escalade.begins", language, subject=cut(mail.subject, 150))), quoted]


def _way_on(visit: Visit, invoice_id: int, preview: Preview) -> Block:
    """Return the button that sends; for who may not, the one that asks finance."""
    if visit.desk.access.may(visit.company, visit.user, FINANCE):
        return _send(visit, invoice_id, preview, SEND)
    what = say("escalade.wanted", visit.language, number=preview.number, customer=preview.customer)
    return asking.button(visit.company, FINANCE, what)


def next_step_sentences(preview: Preview, language: Language) -> str:
    """Return what the next step is, to whom it goes, and what warns against it."""
    lines: list[str] = [say("escalade.title", language, number=preview.number, customer=preview.customer)]
    lines += _standing(preview, language)
    if preview.refusal:
        return "\n".join([*lines, sentence_of(Refused(preview.refusal), language)])
    step = say("escalade.step_human", language, step=labels.step(preview.step_key or "", language))
    if preview.written:
        key = "escalade.step_email" if preview.to else "escalade.step_nobody"
        step = say(
            key, language, step=labels.step(preview.step_key or "", language), to=", ".join(preview.to)
        )
    lines.append(step)
    numbers = [item.number for item in preview.items]
    if len(numbers) > 1:
        lines.append(say("escalade.items", language, count=len(numbers), numbers=_some(numbers)))
    return "\n".join([*lines, *_warnings(preview, language)])


def _standing(preview: Preview, language: Language) -> list[str]:
    """Return what is left and how late it is, and the last message that went to the customer."""
    if preview.own is None:
        return []
    own = preview.own
    facts = {"outstanding": own.outstanding, "currency": own.currency, "days": own.days_late}
    last = say("escalade.last_none", language)
    if preview.last is not None:
        step, on = preview.last
        last = say("escalade.last", language, step=labels.step(step, language), on=on)
    return [say("escalade.standing", language, **facts), last]


def _some(numbers: list[str]) -> list[str]:
    return numbers if len(numbers) <= 10 else [*numbers[:9], "…"]


def _warnings(preview: Preview, language: Language) -> list[str]:
    if not preview.warnings:
        return []
    return [
        say("escalade.warning_head", language),
        *(f"• {warning(code, language)}" for code in preview.warnings),
    ]


def warning(code: str, language: Language) -> str:
    """Return the words that warn of a reason code."""
    try:
        return say(f"escalade.warning.{code}", language)
    except KeyError:
        return say("escalade.warning.other", language, code=code)


def _may_approve(visit: Visit) -> bool:
    return visit.desk.access.may(visit.company, visit.user, RESPONSABLE)


def _verb(visit: Visit, preview: Preview) -> str:
    """Return what the button does: send, open a task, ask for an approval, or give it and send."""
    if not preview.written:
        return "open"
    if not preview.asks:
        return "send"
    return "approve" if _may_approve(visit) else "ask"


def _send(visit: Visit, invoice_id: int, preview: Preview, action: str) -> Block:
    """Return the button that sends, or opens the task; it names the step that was shown."""
    verb = _verb(visit, preview)
    anyway = action == SEND_ANYWAY
    told = {
        "step": labels.step(preview.step_key or "", visit.language),
        "number": preview.number,
        "customer": preview.customer,
    }
    sure = blocks.confirm(
        plain(
            "escalade.anyway_title" if anyway and verb in {"send", "approve"} else f"escalade.{verb}_title",
            visit.language,
        ),
        plain(f"escalade.{verb}_text", visit.language, **told),
        plain("escalade.yes", visit.language),
        plain("escalade.no", visit.language),
    )
    label = plain(f"escalade.{verb}_anyway" if anyway else f"escalade.{verb}", visit.language)
    value = visit.value(invoice_id, preview.step_key)
    return blocks.button(label, action, value, style="danger" if anyway else "primary", confirm=sure)


def send(visit: Visit, carried: str) -> None:
    """Answer *Envoyer maintenant*: ask again when something warns against it, else send."""
    _send_if_same(visit, carried, confirmed=False)


def send_anyway(visit: Visit, carried: str) -> None:
    """Answer *Envoyer quand même*, the second confirmation."""
    _send_if_same(visit, carried, confirmed=True)


def _send_if_same(visit: Visit, carried: str, *, confirmed: bool) -> None:
    number, _, step = carried.partition(":")
    invoice_id = int(number)
    with visit.look() as b:
        preview = escalations.preview(b, invoice_id, now=visit.at)
    if preview.refusal or preview.step_key != step:
        show_next_step(visit, invoice_id, head=say("escalade.changed", visit.language), instead=True)
    elif preview.second_confirmation and not confirmed:
        text = (
            f"{next_step_sentences(preview, visit.language)}\n{say('escalade.confirm_again', visit.language)}"
        )
        again = blocks.actions(_send(visit, invoice_id, preview, SEND_ANYWAY))
        visit.tell(text, [blocks.section(text), again], instead=True)
    else:
        _act(visit, invoice_id, preview, confirmed=confirmed)


def _act(visit: Visit, invoice_id: int, preview: Preview, *, confirmed: bool) -> None:
    with visit.books() as b:
        outcome = escalations.send_now(
            b,
            invoice_id,
            by=visit.user,
            at=visit.at,
            confirmed=confirmed,
            may_approve=preview.asks and _may_approve(visit),
        )
    visit.tell(
        say("escalade.done_asked" if outcome.kind is Became.APPROVAL else "escalade.done", visit.language),
        instead=True,
    )
    numbers = _some([item.number for item in preview.items] or [preview.number])
    key, step = DONE[outcome.kind], labels.step(outcome.step_key or "", visit.language)
    text = say(
        f"escalade.{key}",
        visit.language,
        by=visit.user,
        step=step,
        customer=outcome.customer,
        numbers=numbers,
    )
    undoes = outcome.kind is not Became.MESSAGE
    undoable = with_undo(visit, text, outcome.entry_id, action=UNDO_FINANCE) if undoes else None
    visit.publish(text, undoable or [blocks.section(text)])


def raise_up(visit: Visit, carried: str) -> None:
    """Answer *Monter au responsable*: open a task for that role."""
    with visit.books() as b:
        if tasks.open_about(b, int(carried), TaskKind.ESCALATION) is not None:
            raise Refused("escalations.raised_already")
        outcome = escalations.raise_to_manager(b, int(carried), by=visit.user, at=visit.at)
    visit.tell(say("escalade.done", visit.language), instead=True)
    text = say(
        "escalade.raised", visit.language, by=visit.user, number=outcome.number, customer=outcome.customer
    )
    visit.publish(text, with_undo(visit, text, outcome.entry_id, action=UNDO_FINANCE))
