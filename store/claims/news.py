"""What the clock tells of claims that grow old: one list a day, six months before and on the day."""

from datetime import datetime

from sqlalchemy import update

from receivables.codes.announcements import AnnouncementKind
from receivables.schedule.claims import warned_on
from store import announcements
from store.books import Books
from store.claims import facts
from store.db.tables import Invoice


def tell(b: Books, *, at: datetime) -> int:
    """Have the day's list of claims that grow old, or are old, said; each is told once. Returns how many.

    One list a day: what comes in after it waits for the next.
    """
    today = b.today(at)
    key = f"{AnnouncementKind.OLD_CLAIMS}:{today}"
    if announcements.of_keys(b, [key]):
        return 0
    over, soon = [], []
    for claim in facts.growing_old(b, at=at):
        if claim.prescribed_on <= today:
            if claim.told != claim.prescribed_on:
                over.append(claim)
        elif warned_on(claim.prescribed_on) <= today and claim.warned != claim.prescribed_on:
            soon.append(claim)
    for claim in (*over, *soon):
        told = {"claim_warned": claim.prescribed_on}
        if claim in over:
            told["claim_told"] = claim.prescribed_on
        b.session.execute(
            update(Invoice)
            .where(Invoice.company_id == b.company_id, Invoice.id == claim.invoice_id)
            .values(**told)
            .execution_options(synchronize_session=False)
        )
    if over or soon:
        data = {
            "over": [claim.invoice_id for claim in over],
            "soon": [claim.invoice_id for claim in soon],
            "now": at.isoformat(),
        }
        announcements.announce(b, key=key, kind=AnnouncementKind.OLD_CLAIMS, data=data, at=at)
    return len(over) + len(soon)
