"""A customer's file on its way into Slack: made, uploaded, and written down with its fingerprint."""

import logging
from dataclasses import dataclass
from datetime import datetime

from slack_sdk import WebClient

from bot.slack.access import SLACK_TROUBLE
from bot.typed.words import cut, plain
from correspondence.case_file.make import Made, make
from message_templates.catalogue import say
from receivables.company import Company
from store import announcements
from store.books import Books, open_books, read_books
from store.db.engine import Database
from store.dossier import made as dossiers
from store.tasks.facts import TaskFacts

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DossierDesk:
    """Where files are made: the books of one company, and Slack."""

    database: Database
    company: Company
    client: WebClient

    def for_task(self, task: TaskFacts, *, by: str, at: datetime) -> bool:
        """Put the file of a hand-over into the thread of its task; False when Slack did not take it."""
        if task.customer_id is None:
            return False
        with read_books(self.database, self.company) as b:
            made = make(b, task.customer_id, invoice_ids=task.invoice_ids, at=at)
            thread = _thread(b, task, at)
        try:
            self._upload(self.company.slack_channel, made, thread)
        except SLACK_TROUBLE:
            log.exception("dossier_not_attached", extra={"task": task.id})
            return False
        with open_books(self.database, self.company) as b:
            dossiers.record(b, made, task_id=task.id, by=by, at=at)
        return True

    def for_person(self, customer_id: int, user: str, *, at: datetime) -> Made:
        """Send the whole file of a customer to one person alone. Raises what Slack raises."""
        with read_books(self.database, self.company) as b:
            made = make(b, customer_id, at=at)
        place = self.client.conversations_open(users=user)["channel"]["id"]
        self._upload(place, made, None)
        with open_books(self.database, self.company) as b:
            dossiers.record(b, made, by=user, at=at)
        return made

    def _upload(self, channel: str, made: Made, thread: str | None) -> None:
        self.client.files_upload_v2(
            channel=channel,
            thread_ts=thread,
            content=made.data,
            filename=made.name,
            title=plain("dossier.title", self.company.language, customer=cut(made.customer, 80)),
            initial_comment=say(
                "dossier.attached",
                self.company.language,
                customer=cut(made.customer, 100),
                papers=made.papers,
            ),
        )


def _thread(b: Books, task: TaskFacts, at: datetime) -> str | None:
    """Return the thread in which a task is said: that of today's digest, else of the day of its opening."""
    today, first = (f"digest:{day}" for day in (b.today(at), task.opened_on))
    posted = announcements.of_keys(b, [today, first])
    return posted.get(today) or posted.get(first) or None
