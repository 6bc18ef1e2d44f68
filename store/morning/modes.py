"""The mode a company was last seen at work in, so that a change is told to the team."""

from datetime import datetime

from receivables.acts import Act
from receivables.codes.announcements import AnnouncementKind
from receivables.people import Automaton
from store import announcements, journal
from store.books import Books
from store.db.tables import CompanyRow
from store.traces.messages import ModeChanged


def notice(b: Books, *, at: datetime) -> bool:
    """Compare the company's mode with the one last seen; a change is journaled and announced, once.

    Returns whether it changed. The first time, it is only written down.
    """
    row = b.session.get_one(CompanyRow, b.company_id, with_for_update=True)
    before, mode = row.mode, b.company.mode
    row.mode = mode
    if before is None or before == mode:
        return False
    journal.write(b, Act.MODE_CHANGED, ModeChanged(before=before, to=mode), by=Automaton.CLOCK, at=at)
    data = {"from": before, "to": mode}
    announcements.announce(
        b, key=f"mode:{at.isoformat()}", kind=AnnouncementKind.MODE_CHANGED, data=data, at=at
    )
    return True
