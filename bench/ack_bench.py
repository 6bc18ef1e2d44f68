"""How soon `/paye` is acknowledged while 32 people type at once, against a command that does nothing.

The reference is a Bolt command that only acknowledges, in the same process, behind the same server
(waitress), for the same clients. Slack's side is the stand-in, in this process; the books are SQLite.
Goal: p99 at most 3 times the reference's.

    python bench/ack_bench.py [--clients 32] [--requests 20]
"""

import argparse
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from receivables.company import Company
from receivables.policy import shipped_policies
from receivables.text import fold, fold_number
from relance.demo.slack_person import Signed, SlackPerson, signed_request, to_url
from relance.demo.slack_standin import SIGNING_SECRET, SlackStandin
from relance.demo.slack_world import person
from relance.server import listen
from relance.settings import load
from relance.web import WebProcess
from store.books import open_books
from store.db.engine import Database
from store.db.tables import Customer, Invoice

SETTINGS = """
[company.banc]
name = "Banc d’essai SAS"
slack_channel = "C0RELANCES"
slack_team = "T0DURAND"
email_from = "compta@banc.example"
"""
NOTHING, PAID = "/rien", "/paye"


def serve() -> None:
    """Be the server: the real application, with one more command that only acknowledges."""
    web = WebProcess(load(os.environ))
    web.bolt.command(NOTHING)(lambda ack: ack())
    server = listen(web.app, host="127.0.0.1", port=0)
    print(server.effective_port, flush=True)
    server.run()


@contextmanager
def served(environ: dict[str, str]) -> Iterator[str]:
    """Run the server in its own process; yield Slack's request URL."""
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(
        command, env={**os.environ, **environ}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/slack/events"
        process.terminate()


def fill(url: str, clients: int) -> None:
    """Put an invoice a client into the books, large enough to be paid a euro at a time."""
    company = Company(
        key="banc",
        name="Banc d’essai SAS",
        slack_channel="C0RELANCES",
        email_from="compta@banc.example",
        policies=shipped_policies(),
    )
    database = Database(url)
    with open_books(database, company) as b:
        for each in range(clients):
            name = f"Client {each:03}"
            customer = Customer(company_id=b.company_id, key=fold(name), name=name, folded=fold(name))
            b.session.add(customer)
            b.session.flush()
            number = f"FAC-{each:03}"
            invoice = Invoice(
                company_id=b.company_id,
                customer_id=customer.id,
                number=number,
                folded=fold_number(number),
                issue_date=date(2026, 1, 5),
                due_date=date(2099, 1, 5),
                amount=1_000_000,
                outstanding=1_000_000,
                learnt_at=datetime.now(UTC),
            )
            b.session.add(invoice)
    database.close()


def letters(people: list[SlackPerson], requests: int, line: str, url: str) -> list[list[bytes]]:
    """Return the signed requests of each person, as bytes ready to leave."""
    host = urlsplit(url).netloc
    found = []
    for number, who in enumerate(people):
        typed = (line.format(number=number, count=count + 1) for count in range(requests))
        signed = [signed_request(who.command_form(each)) for each in typed]
        found.append([_raw(each, host) for each in signed])
    return found


def _raw(signed: Signed, host: str) -> bytes:
    body = signed.body.encode()
    headers = signed.headers | {"Host": host, "Content-Length": str(len(body)), "Connection": "close"}
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(["POST /slack/events HTTP/1.1", *lines, "", ""]).encode() + body


def acks(url: str, requests: list[list[bytes]]) -> list[float]:
    """Have all type at once, one command after another; return the milliseconds until each was acknowledged.

    Runs in a process of its own, so that only the server and Slack's side are busy beside it.
    """
    port = urlsplit(url).port
    found: list[float] = []
    together = threading.Barrier(len(requests))

    def types(mine: list[bytes]) -> None:
        together.wait()
        for request in mine:
            began = time.perf_counter()
            with socket.create_connection(("127.0.0.1", port or 0)) as line:
                line.sendall(request)
                answer = b""
                while piece := line.recv(4096):
                    answer += piece
            found.append((time.perf_counter() - began) * 1000)
            assert answer.startswith(b"HTTP/1.1 200"), answer

    threads = [threading.Thread(target=types, args=(mine,)) for mine in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == sum(map(len, requests)), "an acknowledgement is missing"
    return found


def p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[98]


def show(name: str, times: list[float]) -> None:
    print(
        f"{name:6} {len(times):5} commands: median {statistics.median(times):6.1f} ms, "
        f"p99 {p99(times):6.1f} ms, slowest {max(times):6.1f} ms",
        flush=True,
    )


def measure(clients: int, requests: int) -> None:
    """Measure both, in turn, twice: the second time counts, when everything is warm."""
    with tempfile.TemporaryDirectory() as folder, SlackStandin() as slack:
        settings = Path(folder) / "relance.toml"
        settings.write_text(SETTINGS, encoding="utf-8")
        environ = {
            "RELANCE_CONFIG": str(settings),
            "DATABASE_URL": f"sqlite:///{folder}/banc.db",
            "SLACK_BOT_TOKEN": slack.token,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.url,
        }
        users = [f"U0P{number:02}" for number in range(clients)]
        slack.world.people.update({user: person(user, user) for user in users})
        with served(environ) as url:
            fill(environ["DATABASE_URL"], clients)
            people = [SlackPerson(slack, user, to_url(url)) for user in users]
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as crowd:
                for count in (2, requests):
                    nothing = letters(people, count, NOTHING, url)
                    nothing_times = crowd.submit(acks, url, nothing).result()
                    paid = letters(people, count, PAID + " FAC-{number:03} {count},50 €", url)
                    paid_times = crowd.submit(acks, url, paid).result()
                    wait_for_answers(slack)
        recorded = sum("a noté" in each["text"] for each in slack.messages())
    assert recorded == clients * (2 + requests), f"{recorded} payments were said"
    show(NOTHING, nothing_times)
    show(PAID, paid_times)
    print(f"ratio of the p99: {p99(paid_times) / p99(nothing_times):.2f} (goal: at most 3)")


def wait_for_answers(slack: SlackStandin) -> None:
    """Wait until nothing more is said: what follows the acknowledgements is over."""
    before = -1
    while before != len(slack.messages()):
        before = len(slack.messages())
        time.sleep(2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--requests", type=int, default=20)
    parser.add_argument("--small", action="store_true", help="a short run")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve()
    else:
        measure(given.clients, 5 if given.small else given.requests)


if __name__ == "__main__":
    main()
