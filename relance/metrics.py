"""Figures for Prometheus: counted from the books at each reading, so that any process gives the same."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from receivables.codes.messages import MessageState
from receivables.company import Company
from store.books import read_books
from store.db.engine import Database
from store.health import figures

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0)
"""Seconds; past 3 Slack tells the person that the command failed."""
STATES = tuple(MessageState)


class BooksCollector(Collector):
    """Reads the books of each company when Prometheus asks."""

    def __init__(
        self, database: Database, companies: Mapping[str, Company], now: Callable[[], datetime]
    ) -> None:
        self._database, self._companies, self._now = database, companies, now

    def describe(self) -> Iterable[Metric]:
        """Say nothing beforehand: registering must not read the books."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Return the figures of every company at this instant."""
        found = {key: self._pulse(company) for key, company in self._companies.items()}
        yield from _reminders(found)
        yield _gauge(
            "relance_open_invoices",
            "Invoices with something left to pay",
            {key: one.open_invoices for key, one in found.items()},
        )
        yield _gauge(
            "relance_open_tasks",
            "Tasks that wait for a person",
            {key: one.open_tasks for key, one in found.items()},
        )
        yield _gauge(
            "relance_announcements_waiting",
            "Messages that Slack has not taken yet",
            {key: one.announcements.get("waiting", 0) for key, one in found.items()},
        )
        yield from self._ages(found)

    def _pulse(self, company: Company) -> figures.Pulse:
        with read_books(self._database, company) as b:
            return figures.pulse(b)

    def _ages(self, found: Mapping[str, figures.Pulse]) -> Iterator[Metric]:
        now = self._now()
        for name, help_text, attribute in (
            ("relance_books_age_seconds", "Time since the last import", "imported_at"),
            ("relance_plan_age_seconds", "Time since the last morning plan", "planned_at"),
            ("relance_tick_age_seconds", "Time since the clock last struck", "struck_at"),
        ):
            instants = {key: getattr(one, attribute) for key, one in found.items()}
            ages = {key: (now - at).total_seconds() for key, at in instants.items() if at is not None}
            yield _gauge(name, help_text, ages)


def _gauge(name: str, help_text: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, help_text, labels=["company"])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _reminders(found: Mapping[str, figures.Pulse]) -> Iterator[Metric]:
    states = GaugeMetricFamily("relance_reminders", "Reminders by state", labels=["company", "state"])
    sends = CounterMetricFamily("relance_sends", "Reminders that left", labels=["company"])
    failures = CounterMetricFamily(
        "relance_send_failures", "Reminders refused for good, or of unknown fate", labels=["company"]
    )
    for key, one in found.items():
        for state in STATES:
            states.add_metric([key, state], one.reminders.get(state, 0))
        sends.add_metric([key], one.reminders.get("sent", 0))
        lost = one.reminders.get(MessageState.FAILED, 0) + one.reminders.get(MessageState.UNCERTAIN, 0)
        failures.add_metric([key], lost)
    yield from (states, sends, failures)


class Metrics:
    """The figures of one application: a registry of its own, nothing global."""

    def __init__(
        self, database: Database, companies: Mapping[str, Company], now: Callable[[], datetime]
    ) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(BooksCollector(database, companies, now))
        self.ack = Histogram(
            "relance_ack_seconds",
            "Time until Slack has its answer",
            ["transport"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        self.refused = Counter(
            "relance_requests_refused",
            "Requests at Slack's door that Slack did not sign now, or that mean nothing",
            ["why"],
            registry=self._registry,
        )

    def text(self) -> bytes:
        """Return all figures in Prometheus' text format."""
        return generate_latest(self._registry)
