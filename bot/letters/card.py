"""A letter on paper as Slack shows it: what it asks, where it stands, and the buttons that act on it."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from bot.customers.command import EDIT
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.notice import Notice
from bot.slack.outcomes import holders_of
from bot.typed.words import cut, plain
from message_templates import labels
from message_templates.catalogue import Mrkdwn, keys, say
from receivables import duty
from receivables.codes.letters import LetterState
from receivables.codes.roles import Role
from receivables.company import Company
from receivables.language import Language
from receivables.letters import LetterContext
from store.books import Books
from store.letters import pages as letter_pages
from store.letters import sheet as letter_sheet
from store.letters.pages import LetterFacts

APPROVE, DEPOSIT, PDF, SHOW = "letter_approve", "letter_deposit", "letter_pdf", "task_letter"
SHOWN = 10
NOON = time(12)


def draw(b: Books, data: Mapping[str, Any]) -> Notice | None:
    """Return the message of a letter, wherever it stands; None where the list of tasks has it (`listed`)."""
    if data.get("listed"):
        return None
    return notice(b.company, letter_pages.get_letter(b, int(data["letter_id"])))


def notice(company: Company, letter: LetterFacts) -> Notice:
    """Return a letter with its buttons; void or deposited, what became of it."""
    parts = (
        _head(letter, company.language),
        _asks(letter, company.language),
        _held(letter.held, company.language),
        _state(company, letter),
    )
    text = "\n".join(part for part in parts if part)
    drawn = [blocks.section(text), blocks.context(_page(letter, company.language))]
    buttons = _buttons(company, letter)
    if buttons:
        drawn.append(blocks.actions(*buttons))
    return Notice(text, drawn, over=letter.state in {LetterState.DEPOSITED, LetterState.VOID})


def what(template: str, language: Language) -> Mrkdwn:
    """Return what people call a letter: « Mise en demeure »."""
    known = f"lettres.what.{template}"
    return say(known if known in keys("lettres", language) else "lettres.what.other", language)


def _head(letter: LetterFacts, language: Language) -> str:
    mine = letter.owner and duty.is_user(letter.owner)
    who = say("lettres.owner", language, owner=letter.owner) if mine else say("lettres.nobody", language)
    return say(
        "lettres.head",
        language,
        what=what(letter.template, language),
        customer=cut(letter.customer, 100),
        who=who,
    )


def _asks(letter: LetterFacts, language: Language) -> str:
    shown = [cut(number, 40) for number in letter.numbers[:SHOWN]]
    more = len(letter.numbers) - len(shown)
    return say(
        "lettres.asks",
        language,
        numbers=shown,
        more=more,
        totals=dict(letter.asked),
        days=letter.notice_days if letter.formal else 0,
    )


def _held(held: tuple[tuple[str, str], ...], language: Language) -> str:
    return say("lettres.held", language, held=held_words(held, language)) if held else ""


def held_words(held: tuple[tuple[str, str], ...], language: Language) -> list[Mrkdwn]:
    """Return the invoices that a letter leaves out, each with why."""
    return [
        say("lettres.held_one", language, number=cut(number, 40), reason=labels.reason(reason, language))
        for number, reason in held[:SHOWN]
    ]


def _state(company: Company, letter: LetterFacts) -> str:
    language = company.language
    if letter.state == LetterState.PREPARED:
        asked_by = letter.made_by if duty.is_user(letter.made_by) else ""
        called = "" if letter.task_id else caller(company, letter)
        return say("lettres.state.prepared", language, asked_by=asked_by, who=called)
    if letter.state == LetterState.APPROVED:
        return say(
            "lettres.state.approved",
            language,
            by=letter.approved_by,
            on=letter.approved_on,
            formal=letter.formal,
        )
    if letter.state == LetterState.DEPOSITED:
        number = cut(letter.tracking or "", 60)
        return say(
            "lettres.state.deposited",
            language,
            on=letter.deposited_on,
            tracking=number,
            by=letter.deposited_by,
        )
    return say("lettres.state.void", language, reason=reason(letter.void_reason, language))


def caller(company: Company, letter: LetterFacts) -> Mrkdwn:
    """Return a call to those who may approve a letter."""
    return holders_of(company, Role.RESPONSABLE, but=letter.made_by)


def stands(company: Company, letter: LetterFacts, today: date) -> Mrkdwn:
    """Return where the letter of a task stands, in a few words; who may approve it is called on its day."""
    if letter.state == LetterState.PREPARED:
        who = caller(company, letter) if letter.day == today else ""
        return say("lettres.stands.prepared", company.language, who=who)
    known = letter.state == LetterState.APPROVED
    return say("lettres.stands.approved", company.language) if known else Mrkdwn("")


def reason(code: str | None, language: Language) -> Mrkdwn:
    """Return why a letter is void, in words."""
    known = f"lettres.reason.{code}"
    return say(known if known in keys("lettres", language) else "lettres.reason.other", language)


def _page(letter: LetterFacts, language: Language) -> str:
    return say("lettres.page", language, day=letter.day)


def _buttons(company: Company, letter: LetterFacts) -> list[Block]:
    value = f"{company.key}:{letter.id}"
    pdf = blocks.button(plain("lettres.button.pdf", company.language), PDF, value)
    if letter.state == LetterState.PREPARED:
        label = plain("lettres.button.approve", company.language)
        return [blocks.button(label, APPROVE, value, style="primary", confirm=_sure(company.language)), pdf]
    if letter.state == LetterState.APPROVED:
        return [
            blocks.button(plain("lettres.button.deposit", company.language), DEPOSIT, value, style="primary"),
            pdf,
        ]
    if letter.state == LetterState.VOID and letter.approved_by:
        return [blocks.button(plain("lettres.button.deposit_late", company.language), DEPOSIT, value)]
    return []


def _sure(language: Language) -> Block:
    return blocks.confirm(
        *(plain(f"lettres.sure.{part}", language) for part in ("title", "text", "yes", "no"))
    )


def lacks(b: Books, task_id: int, today: date) -> list[Block]:
    """Return what keeps the letter of an open task from being written, with the button that gives it."""
    latest = letter_pages.of_task(b, task_id)
    if latest is not None and latest.state in {LetterState.PREPARED, LetterState.APPROVED}:
        return []
    sheet = letter_sheet.of_task(b, task_id, at=b.company.instant(today, NOON))
    text = missing_text(sheet, b.company.language) if sheet.items else ""
    return [blocks.section(text), *address_button(b.company, sheet)] if text else []


def address_button(company: Company, sheet: LetterContext) -> list[Block]:
    """Return the button that opens the customer's file, when the address is what lacks."""
    if "address" not in sheet.missing or not sheet.items:
        return []
    value = f"{company.key}:{sheet.customer_id}"
    return [
        blocks.actions(
            blocks.button(plain("lettres.button.address", company.language), EDIT, value, style="primary")
        )
    ]


def missing_text(sheet: LetterContext, language: Language) -> str:
    """Return what a letter lacks, and how to give it."""
    lacking = [
        say(f"lettres.missing.{name}", language, customer=cut(sheet.customer, 60))
        for name in sheet.missing
        if name != "items"
    ]
    return "\n".join((say("lettres.missing.intro", language), *lacking)) if lacking else ""
