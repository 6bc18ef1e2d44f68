"""Mails that a person wants to receive first: the very mail of a step, to an address of their own."""

import logging
from collections.abc import Callable
from datetime import datetime

from correspondence.piece import Mail
from correspondence.specimen import specimen_mail
from correspondence.unwritable import what_is_wrong
from receivables.codes.channels import USUAL
from receivables.company import Company
from receivables.errors import Refused
from scheduler.delivery import Result, Sender, Senders, Sent
from store import going_live
from store.books import open_books, read_books
from store.db.engine import Database
from store.going_live import Trial

log = logging.getLogger(__name__)


def send(database: Database, company: Company, senders: Senders, *, now: Callable[[], datetime]) -> None:
    """Hand over what people asked to receive first, each once, and have them told what became of it.

    A server that is away is waited for.
    """
    with read_books(database, company) as b:
        waiting = going_live.waiting(b, at=now())
    sender = senders.get(USUAL.key)
    if not waiting or sender is None or sender.ready() is not None:
        return
    for trial in waiting:
        with open_books(database, company) as b:
            taken = going_live.take(b, trial, at=now())
        if taken:
            _one(database, company, sender, trial, now())


def _one(database: Database, company: Company, sender: Sender, trial: Trial, at: datetime) -> None:
    try:
        result = sender.try_out(company, _written(database, company, trial, at), trial.to, at=at)
        error = _error(result)
    except Exception as trouble:  # noqa: BLE001 - a mail to oneself stops no other
        log.warning("trial cannot be written: %s", type(trouble).__name__)
        error = what_is_wrong(trouble, company.language)
    with open_books(database, company) as b:
        going_live.tell(b, trial, error=error, at=at)


def _error(result: Result) -> str | None:
    return None if isinstance(result, Sent) else result.error


def _written(database: Database, company: Company, trial: Trial, at: datetime) -> Mail:
    with read_books(database, company) as b:
        policy = company.policy_for(going_live.policy_of(b, trial.customer_id))
        step = policy.step(trial.step)
        if step is None:
            raise Refused("morning.no_such_step")
        return specimen_mail(b, trial.customer_id, step, now=at).mail
