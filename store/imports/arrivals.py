"""Files that people hand over: kept, tried dry, and brought in once somebody says so.

What is found out of a file stands beside it, so that a form about it opens at once.
"""

import hashlib
import re
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from receivables.acts import Act
from receivables.company import Company
from receivables.errors import Refused
from store import journal, locks
from store.books import Books, open_books, read_books
from store.db.engine import Database
from store.db.tables import Arrival, ImportRun, JournalLine
from store.imports.apply import Also, bring_in
from store.imports.questions import ImportQuestion, QuestionKind
from store.imports.report import ImportReport
from store.traces.accounts import ImportDone

KEPT_FOR = timedelta(days=30)
"""How long a file is kept that nobody brings in, or whose questions nobody answers."""
_NAME = "fichier"
_UNSAFE = re.compile(r"[^\w.-]", re.ASCII)
"""Signs of a name from outside that are kept off the disk."""


@dataclass(frozen=True, slots=True)
class ArrivedColumn:
    """A column of a file: its header, the first cell, and what is read from it; "": nothing."""

    title: str
    example: str
    field: str


@dataclass(frozen=True, slots=True)
class ArrivalFacts:
    """A file that was handed over, and how far it has come."""

    id: int
    file: str
    by: str
    at: datetime
    channel: str
    thread: str | None
    message: str | None
    maps: Mapping[str, str]
    answers: Mapping[str, str]
    columns: tuple[ArrivedColumn, ...]
    questions: tuple[ImportQuestion, ...]
    """Those still open that are answered by a choice."""
    import_id: int | None
    over: bool
    """Given up, or forgotten."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last time that the very same bytes were brought in."""

    at: datetime
    by: str | None


def keep(b: Books, file: str, content: bytes, *, where: tuple[str, str | None], by: str, at: datetime) -> int:
    """Keep a file, and return its id. `where`: Slack's channel and thread."""
    row = Arrival(
        company_id=b.company_id,
        at=at,
        by=by,
        file=file,
        sha256=hashlib.sha256(content).hexdigest(),
        packed=zlib.compress(content),
        channel=where[0],
        thread=where[1],
        maps={},
        answers={},
        found={},
    )
    b.session.add(row)
    b.session.flush()
    return row.id


def get(b: Books, arrival_id: int) -> ArrivalFacts:
    """Return one file. Raises Refused when the company has none such."""
    return _facts(_row(b, arrival_id))


def get_open(b: Books, arrival_id: int) -> ArrivalFacts:
    """Return a file that can still be read. Raises Refused when it was given up, taken whole or forgotten."""
    return _facts(_open(b, arrival_id))


def earlier(b: Books, arrival_id: int) -> Earlier | None:
    """Return when the very same bytes were brought in before this file came; None: never."""
    row = _row(b, arrival_id)
    found = b.session.scalars(
        select(ImportRun)
        .where(ImportRun.company_id == b.company_id, ImportRun.sha256 == row.sha256)
        .where(ImportRun.id != (row.import_id or 0))
        .order_by(ImportRun.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    line = _line(b, found.id)
    return Earlier(found.at, line.by if line else None)


def say(b: Books, arrival_id: int, *, maps: Mapping[str, str], answers: Mapping[str, str]) -> None:
    """Keep what somebody says of a file's columns and questions. Raises Refused when it is over."""
    locks.company(b)
    row = _open(b, arrival_id)
    row.maps, row.answers = {**row.maps, **maps}, {**row.answers, **answers}
    b.session.flush()


def shown(b: Books, arrival_id: int, message: str) -> None:
    """Note by which message a file is answered."""
    _row(b, arrival_id).message = message
    b.session.flush()


def give_up(b: Books, arrival_id: int, *, at: datetime) -> ArrivalFacts:
    """Forget a file without bringing it in. Raises Refused when it is over or in the books already."""
    locks.company(b)
    row = _open(b, arrival_id)
    if row.import_id is not None:
        raise Refused("imports.arrival_taken")
    row.packed, row.ended_at = None, at
    b.session.flush()
    return _facts(row)


def forget(b: Books, *, at: datetime) -> int:
    """Forget the files that are older than `KEPT_FOR`; return how many."""
    old = update(Arrival).where(
        Arrival.company_id == b.company_id, Arrival.at < at - KEPT_FOR, Arrival.packed.is_not(None)
    )
    found = b.session.execute(old.values(packed=None, ended_at=at).returning(Arrival.id))
    return len(found.all())


def try_dry(database: Database, company: Company, arrival_id: int, *, at: datetime) -> ImportReport:
    """Do all that bringing a file in would do, keep nothing, and note what it asks. Raises Refused."""
    with read_books(database, company) as b:
        known, content = _facts(_open(b, arrival_id)), _content(b, arrival_id)
    report = _bring(database, company, known, content, at=at, by=known.by)
    with open_books(database, company) as b:
        _row(b, arrival_id).found = _found(report)
    return report


def take(database: Database, company: Company, arrival_id: int, *, by: str, at: datetime) -> ImportReport:
    """Bring a file in with what was said of it; kept on only while it has questions. Raises Refused.

    What is refused in it is in the report, and nothing is taken.
    """
    with read_books(database, company) as b:
        known, content = _facts(_open(b, arrival_id)), _content(b, arrival_id)

    def note(b: Books, import_id: int) -> None:
        row = _open(b, arrival_id)
        if row.import_id != known.import_id:
            raise Refused("imports.arrival_taken")
        row.import_id = import_id

    report = _bring(database, company, known, content, at=at, by=by, also=note)
    with open_books(database, company) as b:
        row = _row(b, arrival_id)
        row.found = _found(report)
        if report.done and not _facts(row).questions:
            row.packed = None
    return report


def _bring(
    database: Database,
    company: Company,
    known: ArrivalFacts,
    content: bytes,
    *,
    at: datetime,
    by: str,
    also: Also | None = None,
) -> ImportReport:
    """Bring a file in; without what is also done, dry."""
    with tempfile.TemporaryDirectory(prefix="relance-") as folder:
        path = Path(folder) / (_UNSAFE.sub("_", known.file)[-100:].lstrip(".") or _NAME)
        path.write_bytes(content)
        return bring_in(
            database,
            company,
            path,
            name=known.file,
            dry_run=also is None,
            maps=known.maps,
            answers=known.answers,
            at=at,
            by=by,
            also=also,
        )


def _found(report: ImportReport) -> dict[str, Any]:
    """Return what is noted of a report."""
    read = [asdict(column) | {"field": field} for field, column in report.columns.items()]
    unread = [asdict(column) | {"field": ""} for column in report.unread]
    asked = [asdict(question) for question in report.questions if question.choices]
    return {"columns": [*read, *unread], "questions": asked}


def _facts(row: Arrival) -> ArrivalFacts:
    columns = tuple(ArrivedColumn(**each) for each in row.found.get("columns", ()))
    return ArrivalFacts(
        id=row.id,
        file=row.file,
        by=row.by,
        at=row.at,
        channel=row.channel,
        thread=row.thread,
        message=row.message,
        maps=row.maps,
        answers=row.answers,
        columns=columns,
        questions=tuple(_question(each) for each in row.found.get("questions", ())),
        import_id=row.import_id,
        over=row.ended_at is not None,
    )


def _question(kept: Mapping[str, Any]) -> ImportQuestion:
    several = {name: tuple(kept[name]) for name in ("choices", "rows", "values")}
    return ImportQuestion(**{**kept, **several, "kind": QuestionKind(kept["kind"])})


def _row(b: Books, arrival_id: int) -> Arrival:
    row = b.session.get(Arrival, arrival_id)
    if row is None or row.company_id != b.company_id:
        raise Refused("imports.no_arrival")
    return row


def _open(b: Books, arrival_id: int) -> Arrival:
    """Return a file that can still be read. Raises Refused when it was given up, taken whole or forgotten."""
    row = _row(b, arrival_id)
    if row.packed is None:
        raise Refused("imports.arrival_taken" if row.ended_at is None else "imports.arrival_over")
    return row


def _content(b: Books, arrival_id: int) -> bytes:
    packed = _open(b, arrival_id).packed
    return zlib.decompress(packed) if packed else b""


def _line(b: Books, import_id: int) -> JournalLine | None:
    return b.session.scalars(
        select(JournalLine).where(
            JournalLine.company_id == b.company_id,
            JournalLine.act == Act.IMPORT_DONE,
            journal.number(ImportDone, "import_id") == import_id,
        )
    ).first()
