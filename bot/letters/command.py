"""/relances lettre: prepare a simple reminder letter by hand, for somebody else to approve."""

from bot.letters import card as letter_notice
from bot.letters import desk as letter_desk
from bot.slack.outcomes import UNDO_FINANCE, with_undo
from bot.slack.visit import Visit
from bot.typed.choosing import choose
from bot.typed.values import Understood
from bot.typed.words import cut, plain
from message_templates import labels
from message_templates.catalogue import say
from receivables.company import Mode
from receivables.errors import Refused
from store.letters import sheet as letter_sheet


def answer_lettre(visit: Visit, said: Understood) -> None:
    """Answer `/relances lettre FAC-123`: prepare the letter, or say what it lacks.

    The same letter, asked for again the same day, is shown as it stands. Raises RelanceError.
    """
    if said.help:
        visit.tell(say("lettres.help", visit.language))
        return
    if visit.company.mode not in {Mode.LIVE, Mode.MANUAL}:
        raise Refused("letters.draft", mode=labels.label("mode", visit.company.mode.value, visit.language))
    with visit.look() as b:
        invoice, _ = choose(b, said, plain("lettres.example", visit.language))
        sheet = letter_sheet.by_hand(b, invoice.customer_id, at=visit.at)
    if sheet.missing:
        letter_desk.lacking(visit, sheet)
        return
    letter = letter_desk.prepare(visit, sheet)
    if letter.entry_id is None:
        notice = letter_notice.notice(visit.company, letter)
        visit.tell(notice.text, notice.blocks)
        return
    text = say("lettres.asked", visit.language, by=visit.user, customer=cut(sheet.customer, 100))
    visit.publish(text, with_undo(visit, text, letter.entry_id, action=UNDO_FINANCE))
