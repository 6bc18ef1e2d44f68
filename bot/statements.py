"""/relances releve: a customer's statement of account, shown to the person first, then sent."""

from collections.abc import Iterator
from datetime import datetime

from bot.morning.mail_view import pieces
from bot.slack import blocks
from bot.slack.access import FINANCE
from bot.slack.blocks import Block
from bot.slack.front import Command, Rule
from bot.slack.outcomes import UNDO_FINANCE, sentence_of, with_undo
from bot.slack.routes import Routes
from bot.slack.visit import Visit
from bot.typed import understanding
from bot.typed.choosing import choose_customer
from bot.typed.values import Understood
from bot.typed.words import cut, plain
from correspondence.piece import Mail
from correspondence.statement import specimen
from message_templates.catalogue import say
from message_templates.writer import writer
from receivables.errors import Refused
from receivables.language import Language
from receivables.statements import Balance
from store import mail_facts
from store.books import Books
from store.courtesies import statements
from store.courtesies.statements import StatementShown

SEND = "releve_send"
SHOWN = 3
"""Pieces of the mail's text that are shown: the rest is in the PDF."""


def answer_releve(visit: Visit, said: Understood) -> None:
    """Answer `/relances releve Garage Martin` with the statement as it would leave. Raises RelanceError."""
    if said.help:
        visit.tell(say("releve.help", visit.language))
        return
    with visit.look() as b:
        customer = choose_customer(b, said)
        shown = statements.show(b, customer.id, now=visit.at)
        mail = _mail(b, shown, visit.at)
    visit.tell(*_drawn(visit, shown, mail))


def send(visit: Visit, carried: str) -> None:
    """Answer *Envoyer le relevé*: it leaves within the minute, as the books stand then. Raises Refused."""
    with visit.books() as b:
        asked = statements.ask(b, int(carried), by=visit.user, at=visit.at)
    visit.tell(say("releve.done", visit.language), instead=True)
    text = say("releve.sent", visit.language, by=visit.user, customer=asked.customer, to=_cut(asked.to))
    visit.publish(text, with_undo(visit, text, asked.entry_id, action=UNDO_FINANCE))


def _mail(b: Books, shown: StatementShown, at: datetime) -> Mail:
    facts = mail_facts.read_mail_facts(b, [shown.customer_id], today=shown.statement.on)
    return specimen(b.company, facts.customers[shown.customer_id], shown.statement, at=at)


def _drawn(visit: Visit, shown: StatementShown, mail: Mail) -> tuple[str, list[Block]]:
    head = _head(shown, visit.language)
    drawn = [blocks.section(head)]
    to = (
        say("releve.to", visit.language, to=_cut(shown.to))
        if shown.to
        else say("releve.nobody", visit.language)
    )
    drawn.append(blocks.context(f"{to}\n{say('releve.subject', visit.language, subject=mail.subject)}"))
    drawn += _text(mail, visit.language)
    if shown.refusal is not None:
        return head, [
            *drawn,
            blocks.section(
                say("releve.refused", visit.language, why=sentence_of(Refused(shown.refusal), visit.language))
            ),
        ]
    if shown.warnings:
        drawn.append(blocks.section("\n".join(_warnings(shown, visit.language))))
    return head, [*drawn, blocks.actions(_button(visit, shown))]


def _head(shown: StatementShown, language: Language) -> str:
    balances = [_balance(balance, language) for balance in shown.statement.balances if balance.closing]
    key = "releve.head" if balances else "releve.nothing"
    return say(key, language, customer=cut(shown.customer, 150), on=shown.statement.on, balances=balances)


def _balance(balance: Balance, language: Language) -> str:
    written = writer(language).amount(abs(balance.closing), balance.currency)
    return say("releve.credit", language, amount=written) if balance.closing < 0 else written


def _text(mail: Mail, language: Language) -> Iterator[Block]:
    parts = list(pieces(mail.text))
    for part in parts[:SHOWN]:
        yield {"type": "section", "text": blocks.plain_text(part, blocks.SECTION)}
    if len(parts) > SHOWN:
        yield blocks.context(say("releve.cut", language))


def _warnings(shown: StatementShown, language: Language) -> Iterator[str]:
    yield say("releve.warning.head", language)
    for code in shown.warnings:
        yield f"• {say(f'releve.warning.{code}', language)}"


def _button(visit: Visit, shown: StatementShown) -> Block:
    sure = blocks.confirm(
        plain("releve.send_title", visit.language),
        plain("releve.send_text", visit.language, customer=cut(shown.customer, 100)),
        plain("releve.yes", visit.language),
        plain("releve.no", visit.language),
    )
    return blocks.button(
        plain("releve.send", visit.language),
        SEND,
        visit.value(shown.customer_id),
        style="primary",
        confirm=sure,
    )


def _cut(to: tuple[str, ...]) -> list[str]:
    return [cut(address, 80) for address in to[:10]]


ROUTES = Routes(
    words={"releve": Command("releve", understanding.customer, answer_releve, FINANCE)},
    clicks={SEND: Rule(send, FINANCE)},
)
