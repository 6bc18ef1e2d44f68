"""What the clock has said in Slack: once, whatever happens to Slack on the way."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from store import announcement_leases as leases
from store import announcements
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Announcement, Run
from store.promises import acts as promises
from store.tasks import acts as tasks
from tests.bot import limits
from tests.bot.conftest import NOW, Clock, Office, plain

Poster = Callable[[], int]


@pytest.fixture
def post(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Poster:
    """The job that posts what waits."""
    client = WebClient(token=slack.token, base_url=slack.url)
    return lambda: post_waiting(sqlite_books, {company.key: company}, client, now=clock)


def announce(office: Office, kind: str, **data: object) -> None:
    with open_books(office.database, office.company) as b:
        announcements.announce(b, key=f"{kind}:{data}", kind=kind, data=dict(data), at=NOW)


def digest(office: Office) -> None:
    with open_books(office.database, office.company) as b:
        announcements.announce(b, key="digest:2026-11-23", kind="digest", data={"day": "2026-11-23"}, at=NOW)


def states(office: Office) -> list[str]:
    with read_books(office.database, office.company) as b:
        return [row.state for row in b.session.query(Announcement).order_by(Announcement.id)]


def test_the_digest_is_posted_once(office: Office, post: Poster) -> None:
    office.add_invoice()
    digest(office)
    digest(office)
    assert post() == 1
    assert post() == 0
    (message,) = office.slack.messages()
    assert "1 200,00 € en retard, 1 facture chez 1 client" in plain(message["text"])
    limits.check([{k: v for k, v in block.items() if k != "block_id"} for block in message["blocks"]])
    (call,) = office.slack.called("chat.postMessage")
    assert call.args["unfurl_links"] in {False, "0", "false"}
    assert "Garage" not in str(call.args["metadata"])


@pytest.mark.parametrize(
    ("how", "posted_at_first"),
    [("http_500", 0), ("cut_before", 0), ("fatal_error", 0), ("not_in_channel", 0)],
)
def test_a_digest_that_slack_refused_comes_later(
    office: Office, post: Poster, clock: Clock, how: str, posted_at_first: int
) -> None:
    digest(office)
    office.slack.fail("chat.postMessage", how)
    assert post() == posted_at_first
    assert post() == 0
    clock.at += timedelta(minutes=1)
    assert post() == 1
    assert len(office.slack.messages()) == 1


def test_a_digest_whose_answer_was_lost_is_looked_up_and_not_said_twice(
    office: Office, post: Poster, clock: Clock
) -> None:
    office.add_invoice()
    digest(office)
    office.slack.fail("chat.postMessage", "cut_after")
    assert post() == 0
    clock.at += timedelta(minutes=1)
    assert post() == 1
    assert len(office.slack.messages()) == 1
    assert states(office)[0] == "posted"


def test_a_poster_that_died_is_looked_up_after_its_lease(office: Office, post: Poster, clock: Clock) -> None:
    digest(office)
    with open_books(office.database, office.company) as b:
        announcements.claim(b, at=NOW)
    assert post() == 0
    clock.at += timedelta(minutes=5)
    assert post() == 1
    assert len(office.slack.messages()) == 1


def test_slack_asking_for_patience_is_obeyed(office: Office, post: Poster, clock: Clock) -> None:
    """Nobody sleeps under a lease: what was not tried waits as long, and is not looked for."""
    for text in ("Premier", "Deuxième", "Troisième"):
        announce(office, "said", text=text)
    office.slack.fail("chat.postMessage", "ratelimited", retry_after=70)
    assert post() == 0
    assert states(office) == ["waiting"] * 3
    clock.at += timedelta(seconds=69)
    assert post() == 0
    clock.at += timedelta(seconds=1)
    assert post() == 3
    assert len(office.slack.called("chat.postMessage")) == 4
    assert office.slack.called("conversations.history") == []


def test_a_poster_that_was_too_slow_says_nothing_of_what_others_took(office: Office, clock: Clock) -> None:
    announce(office, "said", text="Premier")
    with open_books(office.database, office.company) as b:
        slow = announcements.claim(b, at=NOW)
    with open_books(office.database, office.company) as b:
        assert leases.keep(b, slow, at=NOW + timedelta(minutes=1))
        assert announcements.claim(b, at=NOW + timedelta(minutes=2, seconds=30)) == []
        (taken,) = announcements.claim(b, at=NOW + timedelta(minutes=4))
        assert taken.unsure
        assert not leases.keep(b, slow, at=NOW + timedelta(minutes=4))
        assert leases.keep(b, [taken], at=NOW + timedelta(minutes=4))
        leases.put_back(b, slow, at=NOW, wait=timedelta(0))
    assert states(office) == ["posting"]
    with open_books(office.database, office.company) as b:
        leases.put_back(b, [taken], at=NOW, wait=timedelta(0))
        (again,) = announcements.claim(b, at=NOW)
    assert again.unsure


def test_one_that_slack_will_never_take_does_not_stop_the_others(office: Office, post: Poster) -> None:
    announce(office, "said", text="Premier")
    announce(office, "said", text="Deuxième")
    office.slack.fail("chat.postMessage", "invalid_blocks", times=2)  # not in text alone either
    assert post() == 1
    assert states(office) == ["failed", "posted"]
    announce(office, "inconnu")
    announce(office, "said", text="Troisième")
    assert post() == 1
    assert states(office)[2:] == ["waiting", "posted"]


def test_a_long_list_comes_as_a_file_in_the_thread(office: Office, post: Poster) -> None:
    for number in range(49):
        office.add_invoice(f"FAC-{number}", f"Client {number}")
    digest(office)
    assert post() == 1
    parent = office.slack.messages()[0]
    assert "Les 30 premières sur 49 factures" in plain(parent["blocks"][-1]["elements"][0]["text"])
    (file,) = office.slack.files
    assert file["content"].startswith(b"PK")
    assert office.slack.messages(thread=parent["ts"])[-1]["thread_ts"] == parent["ts"]


@pytest.mark.parametrize("how", ["cut_before", "cut_after", "http_500", "ratelimited"])
@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
def test_the_list_comes_once_whatever_happens_to_slack_meanwhile(
    office: Office, post: Poster, clock: Clock, method: str, how: str
) -> None:
    for number in range(49):
        office.add_invoice(f"FAC-{number}", f"Client {number}")
    digest(office)
    office.slack.fail(method, how)
    assert post() == 1
    for _ in range(3):
        clock.at += timedelta(minutes=5)
        post()
    parent, *others = office.slack.messages()
    in_thread = [each for each in others if each.get("files")]
    assert len(in_thread) == 1
    assert in_thread[0]["thread_ts"] == parent["ts"]
    assert states(office) == ["posted", "posted"]


def test_the_list_of_a_digest_whose_poster_died_comes_later(
    office: Office, post: Poster, clock: Clock
) -> None:
    for number in range(49):
        office.add_invoice(f"FAC-{number}", f"Client {number}")
    digest(office)
    office.slack.fail("chat.postMessage", "cut_after")
    assert post() == 0
    assert office.slack.files == []
    clock.at += timedelta(minutes=1)
    assert post() == 1
    assert len(office.slack.files) == 1


def test_a_late_digest_tells_the_change_since_the_last_one(office: Office, post: Poster) -> None:
    office.add_invoice(due=date(2026, 11, 20))
    with open_books(office.database, office.company) as b:
        run = Run(
            company_id=b.company_id, job="plan", period="2026-11-20", at=NOW, data={"late": {"EUR": "200.00"}}
        )
        b.session.add(run)
    digest(office)
    post()
    text = plain("\n".join(limits.texts(office.slack.messages()[0]["blocks"])))
    assert "1 000,00 € de plus que le 20/11" in text
    assert "*Nouveaux retards*\n1 facture, 1 200,00 €" in text


def test_a_call_to_make_is_said_under_the_digest_and_written_down_from_there(
    office: Office, post: Poster
) -> None:
    id_ = office.add_invoice()
    with open_books(office.database, office.company) as b:
        task = tasks.open_task(
            b, kind="call", customer_id=1, invoice_ids=[id_], step="appel", owner="U0SOPHIE", at=NOW
        )
        announcements.announce(b, key=f"task:{task.id}", kind="task", data={"task_id": task.id}, at=NOW)
    digest(office)
    assert post() == 2
    parent, said = office.slack.messages()
    assert said["thread_ts"] == parent["ts"]
    assert plain(said["text"]).startswith(
        "*Appel à passer* · Garage Martin · <@U0SOPHIE>\nFAC-123 · 1 200,00 €"
    )
    office.clicks(said, "task_call")
    assert "L’appel prévu au scénario est fait" in office.sends({"outcome": "reached"}).public


def test_a_task_already_done_is_not_said(office: Office, post: Poster) -> None:
    id_ = office.add_invoice()
    with open_books(office.database, office.company) as b:
        task = tasks.open_task(b, kind="no_address", customer_id=1, invoice_ids=[id_], at=NOW)
        tasks.close(b, task.id, outcome="done", by="U0MARIE", at=NOW)
        announcements.announce(b, key=f"task:{task.id}", kind="task", data={"task_id": task.id}, at=NOW)
    assert post() == 0
    assert states(office)[0] == "posted"
    assert not office.slack.messages()


def test_a_task_is_closed_from_its_message_and_taken_back(office: Office, post: Poster) -> None:
    id_ = office.add_invoice()
    with open_books(office.database, office.company) as b:
        task = tasks.open_task(b, kind="no_address", customer_id=1, invoice_ids=[id_], at=NOW)
        announcements.announce(b, key=f"task:{task.id}", kind="task", data={"task_id": task.id}, at=NOW)
    post()
    (said,) = office.slack.messages()
    office.clicks(said, "task_other")
    (closed,) = office.slack.messages()
    assert "Fait par <@U0MARIE> le 23/11/2026" in plain(closed["text"])
    office.clicks(closed, "undo")
    with read_books(office.database, office.company) as b:
        assert tasks.get_task(b, task.id).state == "open"


def test_a_broken_promise_is_news(office: Office, post: Poster) -> None:
    id_ = office.add_invoice()
    with open_books(office.database, office.company) as b:
        made = promises.make(b, id_, amount=None, date=date(2026, 11, 25), by="U0MARIE", at=NOW)
    announce(office, "promise_broken", promise_id=made.promise_id)
    assert post() == 1
    assert "Promesse rompue" in office.slack.messages()[0]["text"]


def test_what_is_said_for_others_mentions_nobody(office: Office, post: Poster) -> None:
    announce(office, "said", text="Import : <!channel> & co")
    post()
    assert office.slack.messages()[0]["text"] == "Import : &lt;!channel&gt; &amp; co"


def test_the_go_lets_the_morning_leave_and_redraws_the_digest(office: Office, post: Poster) -> None:
    office.add_invoice()
    with open_books(office.database, office.company) as b:
        b.session.add(
            Run(company_id=b.company_id, job="plan", period="2026-11-23", at=NOW, data={}, needs_go=True)
        )
    digest(office)
    post()
    (message,) = office.slack.messages()
    office.clicks(message, "go")
    (redrawn,) = office.slack.messages()
    assert "Feu vert donné par <@U0MARIE>" in str(redrawn["blocks"])
    assert "'go'" not in str(redrawn["blocks"])
    with read_books(office.database, office.company) as b:
        assert b.session.query(Run).one().go_by == "U0MARIE"


def said_task(office: Office) -> int:
    """Have a task said in the channel, and return its id."""
    id_ = office.add_invoice()
    with open_books(office.database, office.company) as b:
        task = tasks.open_task(b, kind="no_address", customer_id=1, invoice_ids=[id_], at=NOW)
        announcements.announce(b, key=f"task:{task.id}", kind="task", data={"task_id": task.id}, at=NOW)
    return task.id


def changes(office: Office, task_id: int, clock: Clock) -> None:
    """Have what the message shows change: a part of the invoice is paid."""
    office.types("/paye FAC-123 200")
    with open_books(office.database, office.company) as b:
        announcements.redraw(b, kind="task", task_id=task_id, at=clock.at)


def redraws(office: Office) -> int:
    with read_books(office.database, office.company) as b:
        return b.session.query(Announcement).filter(Announcement.redraw_at.is_not(None)).count()


def test_a_posted_message_is_drawn_anew_when_what_it_shows_changes(
    office: Office, post: Poster, clock: Clock
) -> None:
    task_id = said_task(office)
    assert post() == 1
    changes(office, task_id, clock)
    assert post() == 0
    said, *_ = office.slack.messages()
    assert "1 000,00 €" in plain(said["text"])
    assert "1 000,00 €" in plain("".join(limits.texts(said["blocks"])))
    assert (len(office.slack.called("chat.update")), redraws(office)) == (1, 0)
    post()
    assert len(office.slack.called("chat.update")) == 1


@pytest.mark.parametrize("how", ["http_500", "cut_before", "cut_after", "fatal_error", "ratelimited"])
def test_slack_being_down_the_message_is_drawn_anew_later(
    office: Office, post: Poster, clock: Clock, how: str
) -> None:
    task_id = said_task(office)
    post()
    changes(office, task_id, clock)
    office.slack.fail("chat.update", how, times=9)
    post()
    assert redraws(office) == 1
    tried = len(office.slack.called("chat.update"))
    post()
    assert len(office.slack.called("chat.update")) == tried
    while office.slack.take_fault("chat.update"):
        pass
    clock.at += timedelta(minutes=1)
    post()
    assert "1 000,00 €" in plain(office.slack.messages()[0]["text"])
    assert redraws(office) == 0


def test_a_deleted_message_is_not_drawn_anew(office: Office, post: Poster, clock: Clock) -> None:
    task_id = said_task(office)
    post()
    changes(office, task_id, clock)
    office.slack.world.remove(office.slack.messages()[0])
    post()
    assert redraws(office) == 0


def test_a_task_closed_elsewhere_is_drawn_closed_with_its_annuler(
    office: Office, post: Poster, clock: Clock
) -> None:
    task_id = said_task(office)
    post()
    with open_books(office.database, office.company) as b:
        tasks.close(b, task_id, outcome="done", by="U0MARIE", at=NOW)
    post()
    (said,) = office.slack.messages()
    assert "Fait par <@U0MARIE> le 23/11/2026" in plain(said["text"])
    assert (len(office.slack.called("chat.update")), redraws(office)) == (1, 0)
    office.clicks(said, "undo")
    post()
    (said,) = office.slack.messages()
    assert "Fait par" not in said["text"]
    assert "task_other" in str(said["blocks"])
