"""Many announcements of all kinds, and the count made afterwards: each said once, each file there once."""

from collections import Counter
from datetime import date, datetime, timedelta

from receivables.codes.announcements import AnnouncementState
from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from store import announcements
from store.announcements import SpokenFact
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Announcement
from tests import builders

MONDAY = date(2026, 11, 23)


def fill(database: Database, company: Company, *, announced: int, digests: int, at: datetime) -> None:
    """Have much to say: digests whose lists are files, facts in their order, and plain news between them."""
    with open_books(database, company) as b:
        for number in range(49):
            customer = builders.customer(b, f"Client {number}")
            builders.invoice(b, customer, f"FAC-{number}", due=date(2026, 11, 2))
        for number in range(announced):
            rank, between = divmod(number, announced // digests)
            if between == 0 and rank < digests:
                day = (MONDAY - timedelta(days=rank)).isoformat()
                announcements.announce(b, key=f"digest:{day}", kind="digest", data={"day": day}, at=at)
            elif number % 4 == 0:
                fact = SpokenFact(f"{number:08x}", f"Fait {number:04}", [])
                announcements.keep_fact(b, fact, lost=False, at=at)
            else:
                data = {"text": f"Annonce {number}"}
                announcements.announce(b, key=f"said:{number}", kind="said", data=data, at=at)


def left(database: Database, company: Company) -> int:
    """Return how many announcements are not said yet."""
    with read_books(database, company) as b:
        return sum(
            row.state in {AnnouncementState.WAITING, AnnouncementState.POSTING}
            for row in b.session.query(Announcement)
        )


def count(database: Database, company: Company, slack: SlackStandin) -> Counter[str]:
    """Check that each was said once and is known as said; return how many of each kind."""
    with read_books(database, company) as b:
        rows = [(row.id, row.kind, row.state, row.data) for row in b.session.query(Announcement)]
    assert {state for _, _, state, _ in rows} == {AnnouncementState.POSTED}
    messages = slack.messages(company.slack_channel)
    marks = Counter(str(each["metadata"]["event_payload"]["id"]) for each in messages if each.get("metadata"))
    files = Counter(str(file["name"]) for each in messages for file in each.get("files") or ())
    for id_, kind, _, data in rows:
        if kind != "digest_file":
            assert marks.pop(str(data.get("mark", id_))) == 1, f"{kind} {id_} was said twice"
    assert not marks
    digests = sum(kind == "digest" for _, kind, _, _ in rows)
    assert sorted(files.values()) == [1] * digests, files
    facts = [str(each["text"]) for each in messages if str(each["text"]).startswith("Fait ")]
    assert facts == sorted(facts)
    return Counter(str(kind) for _, kind, _, _ in rows)
