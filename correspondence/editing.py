"""What a person may change of a planned mail: its subject, and the words around the figures."""

from dataclasses import dataclass, replace
from datetime import datetime

from correspondence import facts, mails, reminder
from correspondence.finishing import own_texts, people_of
from correspondence.order import Order
from correspondence.verdict import weigh
from message_templates.pieces.mail import Editable, editable
from receivables.company import Company
from store.books import Books
from store.morning import edits
from store.reminders import rows as outbox_rows


@dataclass(frozen=True, slots=True)
class Editing:
    """What a form starts from: the words as they stand, the step's own, the mark of the mail."""

    subject: str
    text: str
    own_subject: str
    own_text: str
    mark: str


def editing(b: Books, reminder_id: int, *, now: datetime) -> Editing | None:
    """Return what a person may change in a message; None when nothing of it would leave any more.

    Raises what writing a mail raises.
    """
    [message] = outbox_rows.load(b, [reminder_id])
    if not message.items:
        return None
    batch = facts.read_batch(b, [message], now=now)
    verdict = weigh(b.company, message, batch, now=now)
    if verdict.step is None:
        return None
    order = mails.order_of(b.company, message, verdict, batch, today=b.today(now))
    said = _words(b.company, order, now)
    own = _words(b.company, replace(order, edits=None), now)
    mark = edits.mark(verdict.step.key, verdict.items)
    return Editing(said.subject, said.text, own.subject, own.text, mark)


def _words(company: Company, order: Order, at: datetime) -> Editable:
    people = people_of(order.customer, order.step.to, order.channel)
    told = reminder.told_to(company, order, people, today=company.day_of(at), with_qr=False)
    return editable(told, order.step.template, own_texts(company), order.channel.texts)
