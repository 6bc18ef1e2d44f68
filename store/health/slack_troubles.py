"""What stands between Relance and Slack now: noted once, until something is said there again."""

from datetime import datetime

from sqlalchemy import delete, select

from receivables.codes.slack_errors import SlackTrouble
from store.books import Books
from store.db.tables import JournalLine, Run
from store.health import runs

JOB = "slack_trouble"


def begin(b: Books, trouble: SlackTrouble, *, place: str, code: str, at: datetime) -> bool:
    """Note a trouble; False when it stands already, so that it is told once."""
    return runs.begin(b, JOB, f"{place}:{trouble}", at=at, data={"code": code})


def over(b: Books, place: str) -> None:
    """Forget what stood between Relance and a channel: something was said there. The bot is well, too."""
    mine = Run.company_id == b.company_id, Run.job == JOB
    for each in {place, ""}:
        b.session.execute(delete(Run).where(*mine, Run.period.startswith(f"{each}:", autoescape=True)))


def stands(b: Books, trouble: str, *, place: str) -> bool:
    """Whether a trouble is not over yet."""
    return runs.done(b, JOB, f"{place}:{trouble}")


def last_person(b: Books) -> str | None:
    """Return the Slack user who acted last: somebody to tell where no role is given to anybody."""
    acted = select(JournalLine.by).where(JournalLine.company_id == b.company_id, JournalLine.by.like("U%"))
    return b.session.scalar(acted.order_by(JournalLine.id.desc()).limit(1))
