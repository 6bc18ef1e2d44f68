"""What waits for an approval, and what became of it, as the day's one message lists it (SCHEDULE 17)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, or_, select

from receivables.codes.announcements import AnnouncementKind
from receivables.codes.approvals import ApprovalState, ApprovalVoid
from receivables.codes.letters import LetterState
from receivables.codes.messages import MessageState
from receivables.codes.reasons import Obstacle, Reason, Standing, Why
from receivables.schedule import approval
from receivables.schedule.account import Account, Item
from receivables.schedule.decisions import evaluate
from store import announcements, journal, locks
from store.accounts import approvals as approval_facts
from store.accounts import facts as accounts
from store.approvals import became
from store.approvals.became import ApprovedMail
from store.books import Books
from store.db.tables import Announcement, Approval, Customer, JournalLine, Letter
from store.reminders import card_marks
from store.traces.messages import ApprovalRefused

REMINDED_AT = time(11)
"""When who may approve is told once more of what still waits."""


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """What is asked: a message as it was shown.

    `changed`: it is not the same any more. `why` are numbers and reason codes: of what has changed, else of
    what keeps it back besides. `entry_id` is the journal line of its answer; `mail` what became of what was
    approved, None: it leaves with a later plan. `until`: nothing of what was refused leaves before that day.
    """

    id: int
    customer_id: int
    customer: str
    owner: str | None
    step: str
    items: tuple[Mapping[str, Any], ...]
    to: tuple[str, ...]
    asked_by: str
    asked_at: datetime
    state: ApprovalState
    answered_by: str | None
    answered_on: date | None
    reason: str | None
    by_hand: bool
    void: ApprovalVoid | None = None
    entry_id: int | None = None
    mail: ApprovedMail | None = None
    until: date | None = None
    changed: bool = False
    why: tuple[tuple[str, Why], ...] = ()

    @property
    def undoable(self) -> bool:
        """Whether its answer may be taken back: nothing has left by it."""
        planned = self.mail is None or self.mail.state == MessageState.PLANNED
        return self.entry_id is not None and planned and not self.changed


def key(day: date) -> str:
    """Return the key of the message that lists what waits on a day."""
    return f"{AnnouncementKind.APPROVALS}:{day.isoformat()}"


def announce(b: Books, day: date, *, at: datetime) -> None:
    """Have all that waits said in one message of the day, and said again at eleven if it waits still."""
    known = announced(b, day)
    before = b.session.scalar(
        select(func.max(Announcement.key)).where(
            Announcement.company_id == b.company_id,
            Announcement.kind == AnnouncementKind.APPROVALS,
            Announcement.key < key(day),
        )
    )
    if known:
        announcements.redraw_keys(b, [key(day)])
        return
    data = {"day": day.isoformat()}
    announcements.announce(b, key=key(day), kind=AnnouncementKind.APPROVALS, data=data, at=at)
    later = b.company.instant(day, REMINDED_AT)
    if at < later:
        again = AnnouncementKind.APPROVALS_AGAIN
        announcements.announce(b, key=f"{again}:{day.isoformat()}", kind=again, data=data, at=at, due=later)
    if before is not None:
        announcements.redraw_keys(b, [before])


def announced(b: Books, day: date) -> bool:
    """Whether the message of the day is posted, or to be."""
    return key(day) in announcements.of_keys(b, [key(day)])


def is_last(b: Books, day: date) -> bool:
    """Whether no later message than that of `day` lists what waits."""
    return _next(b, day) is None


def _next(b: Books, day: date) -> date | None:
    """Return the day of the message that follows the one of `day`."""
    found = b.session.scalar(
        select(func.min(Announcement.key)).where(
            Announcement.company_id == b.company_id,
            Announcement.kind == AnnouncementKind.APPROVALS,
            Announcement.key > key(day),
        )
    )
    return date.fromisoformat(found.rpartition(":")[2]) if found else None


def redraw(b: Books, row: Approval) -> None:
    """Have the messages that list a request drawn anew, and the card by which earlier versions asked."""
    card_marks.of_requests(b, since=b.today(row.asked_at))
    announcements.redraw_prefix(b, f"{AnnouncementKind.APPROVAL}:{row.id}:")


def waiting(b: Books) -> int:
    """Return how many approvals are asked for and not answered."""
    asked = select(func.count()).where(
        Approval.company_id == b.company_id, Approval.state == ApprovalState.ASKED
    )
    return b.session.scalar(asked) or 0


def letters_waiting(b: Books) -> int:
    """Return how many letters wait to be approved in their task."""
    statement = select(func.count()).where(
        Letter.company_id == b.company_id, Letter.state == LetterState.PREPARED
    )
    return b.session.scalar(statement) or 0


def get_approval(b: Books, approval_id: int, *, now: datetime) -> ApprovalFacts:
    """Return what is told of an approval as the books stand at the aware instant `now`.

    Raises Refused when these books have none such.
    """
    return _told(b, [locks.own(b, Approval, approval_id, "approvals.absent")], now)[0]


def of_day(b: Books, day: date, *, now: datetime) -> list[ApprovalFacts]:
    """Return what the message of `day` lists: what was answered from it to the next one, and what waits.

    Only the last message lists what waits: it may be of an earlier day, before the digest or on a Saturday.
    """
    after = _next(b, day)
    which = Approval.answered_at >= b.company.instant(day, time())
    if after is not None:
        which = and_(which, Approval.answered_at < b.company.instant(after, time()))
    else:
        which = or_(which, Approval.state == ApprovalState.ASKED)
    rows = b.session.scalars(
        select(Approval).where(Approval.company_id == b.company_id, which).order_by(Approval.id)
    ).all()
    return sorted(_told(b, rows, now), key=_rank)


def _rank(told: ApprovalFacts) -> tuple[bool, bool, Any, int]:
    """Return the key that sorts requests: what waits first, the largest sums first of all."""
    total = sum((float(item["outstanding"]) for item in told.items), 0.0)
    return told.state != ApprovalState.ASKED, told.changed, -total, told.id


def _told(b: Books, rows: Sequence[Approval], now: datetime) -> list[ApprovalFacts]:
    """Return what is told of each; those that wait are compared with the books as they stand."""
    ids = sorted({row.customer_id for row in rows})
    customers = {
        row.id: row
        for row in b.session.scalars(
            select(Customer).where(Customer.company_id == b.company_id, Customer.id.in_(ids))
        )
    }
    today = b.company.calendar.next_open(b.today(now))
    mails = became.of(b, rows, now=now)
    open_ = [row for row in rows if became.is_open(row, mails.get(row.id))]
    own = [each["invoice_id"] for row in open_ for each in row.shown["items"]]
    found = accounts.accounts(b, sorted({row.customer_id for row in open_}), today=today, now=now, also=own)
    known = {account.customer_id: account for account in found}
    until = _until(b, [row.entry_id for row in rows if row.state == ApprovalState.REFUSED])
    return [
        replace(
            _one(b, row, customers[row.customer_id], mails.get(row.id), known if row in open_ else {}, today),
            until=until.get(row.entry_id or 0),
        )
        for row in rows
    ]


def _until(b: Books, entry_ids: Sequence[int | None]) -> dict[int, date | None]:
    """Return the day before which nothing leaves, by line of the journal of a refusal."""
    lines = b.session.scalars(
        select(JournalLine).where(JournalLine.id.in_([key for key in entry_ids if key]))
    )
    told = {line.id: journal.data_of(line) for line in lines}
    return {key: each.until for key, each in told.items() if isinstance(each, ApprovalRefused)}


def _one(  # noqa: PLR0917 - the request, and all that it is told by
    b: Books,
    row: Approval,
    customer: Customer,
    mail: ApprovedMail | None,
    known: Mapping[int, Account],
    today: date,
) -> ApprovalFacts:
    told = ApprovalFacts(
        id=row.id,
        customer_id=row.customer_id,
        customer=customer.name,
        owner=customer.owner,
        step=row.step,
        items=tuple(row.shown["items"]),
        to=tuple(row.shown["to"]),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        state=row.state,
        answered_by=row.answered_by,
        answered_on=b.today(row.answered_at) if row.answered_at else None,
        reason=row.reason,
        by_hand=row.shown.get("invoice_id") is not None,
        void=ApprovalVoid(row.reason) if row.state == ApprovalState.VOID and row.reason else None,
        entry_id=row.entry_id,
        mail=mail,
    )
    account = known.get(row.customer_id)
    if account is None:
        return told
    if approval_facts.as_shown(b, row, account, today):
        return replace(told, why=_held(b, told, account, today))
    return replace(told, changed=True, why=_why(b, row, account, today))


def _held(b: Books, told: ApprovalFacts, account: Account, today: date) -> tuple[tuple[str, Why], ...]:
    """Return numbers and reason codes of what keeps a request back besides the missing approval.

    What a person asked to send by hand does not wait for its day.
    """
    ids = [item["invoice_id"] for item in told.items]
    decisions = evaluate(approval.approved(account, ids, ""), b.company, today).decisions
    kept = {Standing.HOLD} if told.by_hand else {Standing.HOLD, Standing.WAIT}
    return tuple(
        (str(item["number"]), decisions[item["invoice_id"]].reason)
        for item in told.items
        if item["invoice_id"] in decisions
        and decisions[item["invoice_id"]].decision in kept
        and decisions[item["invoice_id"]].reason is not Reason.APPROVAL
    )


def _why(b: Books, row: Approval, account: Account, today: date) -> tuple[tuple[str, Why], ...]:
    """Return numbers and reason codes of what is no longer as it was shown."""
    items = approval_facts.shown_items(row.shown)
    hand = row.shown.get("invoice_id") is not None
    changed = set(approval.changed(account, b.company, today, items, by_hand=hand))
    left = {item.id: item for item in account.items}
    found: list[tuple[str, Why]] = []
    for each, item in zip(row.shown["items"], items, strict=True):
        if each["invoice_id"] not in changed:
            continue
        now = left.get(item.invoice_id)
        found.append((each["number"], _what_changed(now, item.amount)))
    return tuple(found)


def _what_changed(now: Item | None, shown: Decimal) -> Why:
    """Return why an invoice is not as it was shown."""
    if now is not None and now.ended is not None:
        return now.ended
    if now is None or now.outstanding <= 0:
        return Reason.PAID
    return Obstacle.AMOUNT if now.claimed != shown else Reason.REPLACED
