"""`relance tick`: do once what the clock would do up to an instant."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_sdk.errors import SlackClientError

from receivables.company import Mode
from receivables.errors import SettingsError
from relance import samples
from relance.commands.common import AsJson, At, CompanyKey, Place, instant_of, place
from relance.memory import settle
from relance.terminal import print_json, print_sentence, refusals_in_json, sentence, warn
from relance.texts import check_texts
from relance.true_time import TrueTime
from relance.wiring import mail_tokens, mailbox, senders, signing_keys, slack_client, watch
from store.books import open_books
from store.morning import modes

COUNTS = ("incoming", "planned", "announced", "sent", "failed", "cancelled", "uncertain")


def tick(at: At = None, company: CompanyKey = None, as_json: AsJson = False) -> None:
    """Do once what the clock would do: plan, announcement, sends."""
    with refusals_in_json(as_json), place(company) as here:
        instant = instant_of(at, here.company)
        settle()
        if at is None:
            _trust_the_clock(here)
        done = strike(here, instant)
        if as_json:
            print_json(done)
        else:
            _show(here, instant, done)


def _trust_the_clock(here: Place) -> None:
    """Refuse to plan and send by a clock that is not Slack's. Raises SettingsError."""
    time = TrueTime(slack_client(here.settings))
    if not time.trusted():
        raise SettingsError("settings.clock_off", minutes=round(abs(time.ahead()) / 60))


def strike(here: Place, instant: datetime) -> dict[str, Any]:
    """Do it, and return the JSON of `tick`. Raises RelanceError."""
    from scheduler.jobs import tick as run  # noqa: PLC0415 - loaded by what runs the clock

    samples.refuse([here.company], here.settings.smtp_url.get_secret_value())
    check_texts([here.company])
    announced = 0

    def announce() -> int:
        nonlocal announced
        count = announcing(here, lambda: instant)
        announced += count
        return count

    with open_books(here.database, here.company) as b:
        modes.notice(b, at=instant)
    if not here.settings.smtp_url and here.company.mode is not Mode.DRAFT:
        warn(sentence("cli.no_smtp"))
    keys = signing_keys(here.settings, here.database)
    tokens = mail_tokens(here.settings, here.database)
    access = watch(here.database, {here.company.key: here.company}, tokens)
    if access is not None:
        access.look(instant)
    report = run(
        here.database,
        here.company,
        senders(here.settings, keys, tokens),
        at=instant,
        announce=announce,
        inbox=mailbox(here.settings, keys, tokens),
    )
    if access is not None:
        access.tell(instant)
    counts = {name: getattr(report, name) for name in COUNTS if name != "announced"}
    if report.inbox_down:
        warn(sentence("cli.mailbox_down", error=report.inbox_down))
    if report.down:
        warn(sentence("cli.mail_down", error=report.down))
    local = instant.astimezone(here.company.zone)
    return {"at": local, "company": here.company.key, **counts, "announced": announced}


def announcing(here: Place, at: Callable[[], datetime]) -> int:
    """Post what waits to be said in Slack; without Slack, warn and go on. Returns how many were posted."""
    from bot.announcements.announcer import post_waiting  # noqa: PLC0415 - loaded by what speaks to Slack

    client = slack_client(here.settings)
    if client is None:
        warn(sentence("cli.no_slack"))
        return 0
    try:
        return post_waiting(here.database, {here.company.key: here.company}, client, now=at)
    except (SlackClientError, OSError) as error:
        warn(sentence("cli.slack_down", error=type(error).__name__))
        return 0


def _show(here: Place, instant: datetime, done: dict[str, Any]) -> None:
    local = f"{instant.astimezone(here.company.zone):%d/%m/%Y %H:%M}"
    print_sentence("cli.tick.done", company=here.company.name, at=local)
    if not any(done[name] for name in COUNTS):
        print_sentence("cli.tick.nothing")
    for name in COUNTS:
        if done[name]:
            print_sentence(f"cli.tick.{name}", count=done[name])
