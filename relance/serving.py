"""Processes that stay: everything in one, or the clock alone. SIGTERM ends them between two mails."""

import logging
import signal
import threading
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk.errors import SlackClientError

from bot.announcements.announcer import post_waiting
from receivables.company import Company
from relance import logs
from relance.memory import settle
from relance.server import listen
from relance.settings import Settings, no_such_company
from relance.terminal import sentence, warn
from relance.true_time import TrueTime
from relance.web import WebProcess, now
from relance.wiring import Running, mail_tokens, mailbox, open_running, senders, signing_keys, watch
from scheduler import clock as clocks
from store.books import open_books
from store.morning import modes

log = logging.getLogger(__name__)


def narrowed(settings: Settings, key: str | None) -> Mapping[str, Company]:
    """Return the companies to serve: the one named, else all. Raises SettingsError."""
    if key is None:
        return settings.companies
    if key not in settings.companies:
        raise no_such_company(settings, key)
    return {key: settings.companies[key]}


def make_clock(running: Running, companies: Mapping[str, Company]) -> clocks.Clock:
    """Return the clock of these companies, not started; a change of mode since the last start is told."""
    for company in companies.values():
        with open_books(running.database, company) as b:
            modes.notice(b, at=now())
    if running.client is None:
        warn(sentence("cli.no_slack"))
    if not running.settings.smtp_url:
        warn(sentence("cli.no_smtp"))
    keys = signing_keys(running.settings, running.database)
    tokens = mail_tokens(running.settings, running.database)
    return clocks.Clock(
        database=running.database,
        companies=companies,
        senders=lambda: senders(running.settings, keys, tokens),
        announce=_announcing(running, companies),
        now=now,
        stop=threading.Event(),
        inbox=mailbox(running.settings, keys, tokens),
        access=watch(running.database, companies, tokens),
        trusted=TrueTime(running.client).trusted,
    )


def _announcing(running: Running, companies: Mapping[str, Company]) -> Callable[[], int]:
    """Return what posts the waiting announcements; Slack being down leaves them waiting."""

    def announce() -> int:
        if running.client is None:
            return 0
        try:
            return post_waiting(running.database, companies, running.client, now=now)
        except (SlackClientError, OSError) as error:
            log.warning("slack_down", extra={"kind": type(error).__name__})
            return 0

    return announce


def run_clock(settings: Settings, key: str | None) -> None:
    """Run the clock until SIGTERM or SIGINT. Raises RelanceError when it cannot start."""
    logs.set_up(level=settings.log_level)
    running = open_running(settings)
    clock = make_clock(running, narrowed(settings, key))
    stopped = threading.Event()
    _on_signals(stopped.set)
    settle()
    scheduler = clocks.start(clock)
    log.info("clock started")
    stopped.wait()
    clocks.close(scheduler, clock)
    running.close()
    log.info("clock ended")


def run_all(settings: Settings, key: str | None, *, host: str, port: int) -> None:
    """Run web, Slack and clock in this process until SIGTERM or SIGINT. Raises RelanceError."""
    logs.set_up(level=settings.log_level)
    companies = narrowed(settings, key)
    web = WebProcess(settings)
    clock = make_clock(web.running, companies)
    server = listen(web.app, host=host, port=port)
    _on_signals(_leave)
    settle()
    scheduler = clocks.start(clock)
    log.info("serving", extra={"port": server.effective_port})
    server.run()  # returns on SystemExit, after the requests under way
    clocks.close(scheduler, clock)
    server.close()
    web.close()
    log.info("ended")


def _leave() -> None:
    raise SystemExit(0)


def _on_signals(act: Callable[[], object]) -> None:
    def handle(_number: int, _frame: Any) -> None:
        act()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
