"""A customer's file on its way into Slack: made, uploaded, and written down with its fingerprint."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.access import SLACK_TROUBLE
from bot.slack.voice import LOST
from bot.typed.words import cut, plain
from correspondence.case_file.make import Made, make
from message_templates.catalogue import say
from receivables.codes.announcements import AnnouncementKind
from receivables.company import Company
from store import announcements
from store.books import Books, open_books, read_books
from store.db.engine import Database
from store.dossier import made as dossiers
from store.tasks import acts as tasks
from store.tasks.facts import TaskFacts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TaskFile:
    """The file of a hand-over, and the thread that it belongs to."""

    made: Made
    thread: str | None
    task_id: int


def of_task(b: Books, task_id: int, *, at: datetime) -> TaskFile | None:
    """Return the file of a hand-over as the books stand; None where it has no customer. Raises Refused."""
    task = tasks.get_task(b, task_id)
    if task.customer_id is None:
        return None
    return TaskFile(
        make(b, task.customer_id, invoice_ids=task.invoice_ids, at=at), _thread(b, task, at), task_id
    )


def record(b: Books, file: TaskFile, *, by: str, at: datetime) -> None:
    """Write down that this very file stands in the thread."""
    dossiers.record(b, file.made, task_id=file.task_id, by=by, at=at)


def upload_of(made: Made, company: Company) -> Mapping[str, Any]:
    """Return what is uploaded of a file, as `files_upload_v2` takes it."""
    return {"content": made.data, "filename": made.name, "title": _title(made, company)}


def comment(made: Made, company: Company) -> str:
    """Return what is said of a file."""
    name = cut(made.customer, 100)
    return str(say("dossier.attached", company.language, customer=name, papers=made.papers))


@dataclass(frozen=True)
class DossierDesk:
    """Where files are made: the books of one company, and Slack."""

    database: Database
    company: Company
    client: WebClient

    def for_task(self, task_id: int, *, by: str, at: datetime) -> bool:
        """Put the file of a hand-over into the thread of its task; False when it comes later: Slack did not
        take it, or did not say so, and it waits as a row. Raises Refused.
        """
        with read_books(self.database, self.company) as b:
            file = of_task(b, task_id, at=at)
        if file is None:
            return True
        try:
            self._upload(self.company.slack_channel, file.made, file.thread)
        except SLACK_TROUBLE as error:
            log.exception("dossier_not_attached", extra={"task": task_id})
            lost = not isinstance(error, SlackApiError) or error.response.status_code >= LOST
            self._keep(task_id, by=by, lost=lost, at=at)
            return False
        with open_books(self.database, self.company) as b:
            record(b, file, by=by, at=at)
        return True

    def _keep(self, task_id: int, *, by: str, lost: bool, at: datetime) -> None:
        key = f"{AnnouncementKind.CASE_FILE}:{task_id}:{at.isoformat()}"
        data = {"task_id": task_id, "by": by}
        with open_books(self.database, self.company) as b:
            announcements.announce(b, key=key, kind=AnnouncementKind.CASE_FILE, data=data, at=at)
            if lost:
                announcements.look_first(b, key)

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
            initial_comment=comment(made, self.company),
            **upload_of(made, self.company),
        )


def _title(made: Made, company: Company) -> str:
    return plain("dossier.title", company.language, customer=cut(made.customer, 80))


def _thread(b: Books, task: TaskFacts, at: datetime) -> str | None:
    """Return the thread in which a task is said: that of today's digest, else of the day of its opening."""
    today, first = (f"digest:{day}" for day in (b.today(at), task.opened_on))
    posted = announcements.of_keys(b, [today, first])
    return posted.get(today) or posted.get(first) or None
