"""Writing a letter anew from Slack, when somebody asks for one or when the one shown was overtaken."""

from bot.letters import card as letter_notice
from bot.letters.card import reason
from bot.slack import blocks
from bot.slack.visit import Visit
from bot.typed.words import cut
from correspondence import letter as letter_piece
from message_templates.catalogue import say
from receivables.codes.letters import LIVING, LetterState, LetterVoid
from receivables.language import Language
from receivables.letters import LetterContext
from store.letters import acts as letters
from store.letters import pages as letter_pages
from store.letters.pages import LetterFacts


def prepare(visit: Visit, sheet: LetterContext, *, asked_by: str | None = None) -> LetterFacts:
    """Set the page of a letter and keep it. Raises Refused when something is missing."""
    page = letter_piece.write(visit.company, sheet, at=visit.at)
    with visit.books() as b:
        return letters.prepare(b, sheet, page, at=visit.at, by=visit.user, asked_by=asked_by)


def renewed(visit: Visit, letter_id: int) -> bool:
    """Replace a letter that was overtaken, and say so to the person; False when it stands as shown."""
    with visit.look() as b:
        letter = letter_pages.row(b, letter_id)
        if letter.state not in LIVING:
            return False
        approved = letter.state == LetterState.APPROVED
        why = (letters.fate if approved else letters.overtaken)(b, letter, at=visit.at)
        sheet = letters.sheet_of(b, letter, at=visit.at) if why not in {None, LetterVoid.CLOSED} else None
        made_by = letter.made_by
    if why is None:
        return False
    if sheet is None or sheet.missing:
        with visit.books() as b:
            letters.void(b, letter_id, reason=why, by=visit.user, at=visit.at)
        visit.tell(say("lettres.renewed.none", visit.language, reason=reason(why, visit.language)))
        return True
    prepare(visit, sheet, asked_by=made_by)
    visit.tell(say("lettres.renewed.text", visit.language, reason=reason(why, visit.language)))
    return True


def lacking(visit: Visit, sheet: LetterContext) -> None:
    """Tell the person what a letter lacks and how to give it, or that there is nothing to ask for."""
    text = (
        letter_notice.missing_text(sheet, visit.language) if sheet.items else _nothing(sheet, visit.language)
    )
    visit.tell(text, [blocks.section(text), *letter_notice.address_button(visit.company, sheet)])


def _nothing(sheet: LetterContext, language: Language) -> str:
    customer = cut(sheet.customer, 100)
    if not sheet.held:
        return say("lettres.nothing_late", language, customer=customer)
    return say(
        "lettres.nothing", language, customer=customer, held=letter_notice.held_words(sheet.held, language)
    )
