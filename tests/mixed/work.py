"""What people do meanwhile: payments each of its own amount, calls, looks, clicks, imports."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from urllib.error import URLError

from relance.demo.slack_fields import NotThere
from relance.demo.slack_person import SlackPerson, to_url
from relance.demo.slack_world import SlackError
from tests.mixed.world import INVOICES, World, file_of, number

UNREACHED = (URLError, OSError, TimeoutError)


@dataclass
class Done:
    """What was asked for, and what Slack was answered."""

    acked: dict[str, str] = field(default_factory=dict)
    """Payments that were acknowledged: what is noted of each is told apart by its amount."""
    seconds: list[float] = field(default_factory=list)
    """How long each acknowledgement took."""
    counts: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    """How often Slack saw an error, or no answer."""


def work(world: World, *, seconds: float, people: int, today: date, restart: bool) -> Done:
    """Have so many people work for so long, PostgreSQL restarted in the middle; return what they did."""
    done, over = Done(), threading.Event()
    threads = [threading.Thread(target=_person, args=(world, rank, over, done)) for rank in range(people)]
    threads.append(threading.Thread(target=_importer, args=(world, today, over, done)))
    for thread in threads:
        thread.start()
    time.sleep(seconds / 2)
    if restart:
        world.restart_database()
    time.sleep(seconds / 2)
    over.set()
    for thread in threads:
        thread.join()
    return done


def _person(world: World, rank: int, over: threading.Event, done: Done) -> None:
    chance = random.Random(rank)
    people = [
        SlackPerson(world.slack, "U0MARIE", to_url(f"http://127.0.0.1:{port}/slack/events"))
        for port in world.ports
    ]
    acts: list[Callable[[SlackPerson, str, int], None]] = [
        _pays(done),
        _calls(done),
        _looks(done),
        _undoes(done),
    ]
    turn = 0
    while not over.is_set():
        turn += 1
        act = chance.choices(acts, weights=[5, 2, 2, 1])[0]
        try:
            act(chance.choice(people), number(chance.randrange(INVOICES)), rank * 10_000 + turn)
        except UNREACHED:
            done.refused += 1
        time.sleep(chance.uniform(0, 0.6))


def _pays(done: Done) -> Callable[[SlackPerson, str, int], None]:
    def act(person: SlackPerson, invoice: str, turn: int) -> None:
        cents = 100 + turn
        amount = f"{cents // 100},{cents % 100:02d}"
        answer = person.command(f"/paye {invoice} {amount}")
        done.seconds.append(answer.seconds)
        if answer.status == 200 and not answer.body:
            done.acked[amount.replace(",", ".")] = invoice
            done.counts["paid"] += 1
        else:
            done.refused += 1

    return act


def _calls(done: Done) -> Callable[[SlackPerson, str, int], None]:
    def act(person: SlackPerson, invoice: str, turn: int) -> None:
        answer = person.command(f"/appel {invoice} messagerie {turn}")
        done.seconds.append(answer.seconds)
        done.counts["called"] += 1

    return act


def _looks(done: Done) -> Callable[[SlackPerson, str, int], None]:
    def act(person: SlackPerson, invoice: str, _turn: int) -> None:
        answer = person.command(f"/relances pourquoi {invoice}")
        done.seconds.append(answer.seconds)
        done.counts["looked"] += 1

    return act


def _undoes(done: Done) -> Callable[[SlackPerson, str, int], None]:
    """Take back a call: payments are counted afterwards."""

    def act(person: SlackPerson, _invoice: str, _turn: int) -> None:
        said = [each for each in person.slack.messages()[-40:] if "messagerie" in str(each["text"])]
        if said:
            try:
                person.press(said[-1], "undo")
            except (NotThere, SlackError):
                return
            done.counts["undone"] += 1

    return act


def _importer(world: World, today: date, over: threading.Event, done: Done) -> None:
    revision = 1
    while not over.wait(15):
        revision += 1
        ended = world.run("import", str(file_of(world.folder, today, revision=revision)), "--json")
        done.counts["imported" if ended.returncode == 0 else "import failed"] += 1
