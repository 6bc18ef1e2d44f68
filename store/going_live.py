"""The first live morning: what is worth a look before customers read it, and a real mail to oneself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select

from receivables.addresses import judge
from receivables.codes.announcements import AnnouncementKind
from receivables.codes.messages import STANDING, MessageKind
from receivables.kinds import told_by_siren
from receivables.text import fold
from store import announcements
from store.addresses import stopping
from store.books import Books
from store.customers import kinds
from store.customers.kinds import OnOwnSchedule
from store.db.tables import Customer, Invoice, Reminder, Run
from store.health import runs

ASKED, TAKEN = "trial_asked", "trial_taken"
"""Jobs: a mail to oneself that somebody asks for, and the one time that it is handed over."""
KEPT = timedelta(days=1)
"""How long one that could not leave is still tried."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """Names of the customers who owe something and lack an address, an owner or a kind.

    `own_schedule`: public bodies and consumers reminded by the company's own schedule.
    """

    without_address: tuple[str, ...]
    without_owner: tuple[str, ...]
    without_kind: tuple[str, ...]
    own_schedule: tuple[OnOwnSchedule, ...]


@dataclass(frozen=True, slots=True)
class FirstMail:
    """A mail that is to leave: to whom, and at which step."""

    customer_id: int
    customer: str
    step: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A real mail that somebody wants to receive first, at `to`."""

    token: str
    customer_id: int
    step: str
    to: str
    by: str


def checklist(b: Books) -> Checklist:
    """Return what the books lack of the customers who owe something."""
    owing = b.session.execute(
        select(Customer.id, Customer.name, Customer.owner, Customer.kind, Customer.siren)
        .where(Customer.company_id == b.company_id, _owes())
        .order_by(Customer.name, Customer.id)
    ).all()
    mute = set(stopping.without(b, [row.id for row in owing]))
    return Checklist(
        without_address=tuple(row.name for row in owing if row.id in mute),
        without_owner=tuple(row.name for row in owing if not row.owner),
        without_kind=tuple(
            row.name for row in owing if row.kind is None and told_by_siren(row.siren) is None
        ),
        own_schedule=tuple(kinds.on_own_schedule(b)),
    )


def _owes() -> ColumnElement[bool]:
    return select(Invoice.id).where(Invoice.customer_id == Customer.id, Invoice.outstanding > 0).exists()


def first_mail(b: Books, day: date) -> FirstMail | None:
    """Return the first reminder of the local day `day` that leaves or left; None when there is none."""
    row = b.session.execute(
        select(Reminder.customer_id, Customer.name, Reminder.step)
        .join(Customer, Customer.id == Reminder.customer_id)
        .where(Reminder.company_id == b.company_id, Reminder.day == day, Reminder.state.in_(STANDING))
        .where(Reminder.kind == MessageKind.REMINDER)
        .order_by(Reminder.id)
        .limit(1)
    ).one_or_none()
    return FirstMail(row.customer_id, row.name, row.step) if row else None


def policy_of(b: Books, customer_id: int) -> str | None:
    """Return the key of the customer's own policy; None: the company's."""
    return b.session.scalar(
        select(Customer.policy).where(Customer.company_id == b.company_id, Customer.id == customer_id)
    )


def ask(b: Books, customer_id: int, step: str, *, to: str, by: str, at: datetime) -> None:
    """Have the very mail of a step sent to a person's own address `to`, instead of the customer's.

    The same asked again within the second is one. Raises BadAddress.
    """
    address = judge(to).ascii
    data = {"customer_id": customer_id, "step": step, "to": address, "by": by}
    runs.begin(b, ASKED, f"{by}:{at.isoformat(timespec='seconds')}:{fold(address)}", at=at, data=data)


def waiting(b: Books, *, at: datetime) -> list[Trial]:
    """Return the mails to oneself that are still to be handed over."""
    taken = select(Run.period).where(Run.company_id == b.company_id, Run.job == TAKEN)
    rows: Sequence[Run] = b.session.scalars(
        select(Run)
        .where(Run.company_id == b.company_id, Run.job == ASKED, Run.at >= at - KEPT)
        .where(Run.period.not_in(taken))
        .order_by(Run.id)
    ).all()
    return [Trial(token=row.period, **row.data) for row in rows]


def take(b: Books, trial: Trial, *, at: datetime) -> bool:
    """Take a mail to oneself for its one handing over; False when another did. Commit before it leaves."""
    return runs.begin(b, TAKEN, trial.token, at=at)


def tell(b: Books, trial: Trial, *, error: str | None, at: datetime) -> None:
    """Have the person told what became of it, in private."""
    data = {"to": trial.to, "error": error}
    key = f"trial:{trial.token}"
    announcements.announce(b, key=key, kind=AnnouncementKind.TRIAL, data=data, at=at, channel=trial.by)
