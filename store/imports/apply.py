"""Bringing a file into the books: read, then written in one transaction, or not at all."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from receivables.acts import Act
from receivables.codes.reasons import Reason
from receivables.codes.tasks import TaskState
from receivables.company import Company
from receivables.people import Automaton
from store import locks
from store.books import Books, open_books
from store.db.engine import Database
from store.db.tables import Dispute, ImportRun, Invoice, Promise, Task, TaskItem
from store.imports import mappings
from store.imports.books import bulk, file_facts, lifecycle, questions
from store.imports.books.bulk import Trace
from store.imports.books.credits import CreditNotes
from store.imports.books.customers import Customers
from store.imports.books.described import customers_described
from store.imports.books.discounts import ask_about_discounts
from store.imports.books.invoices import Invoices, Outcome
from store.imports.books.kinds import note_schedules, settle_kinds
from store.imports.books.ledger import taking as ledger
from store.imports.books.ledger.bringing import settle
from store.imports.columns.asking import doubt_of
from store.imports.einvoices.apart import is_einvoice, papers_apart
from store.imports.einvoices.content import SHAPE, read_papers
from store.imports.mappings import SaidOfShape
from store.imports.questions import NO, YES, QuestionKind
from store.imports.reading import Content, KnownOfFile, Progress, read_rows
from store.imports.records import Record
from store.imports.report import Findings, ImportReport
from store.imports.rows import said
from store.imports.tables.apart import table_apart
from store.imports.tables.files import Unreadable
from store.imports.tables.headers import normal
from store.reminders import acts as reminders
from store.tasks import acts as tasks
from store.traces.accounts import ImportDone

Also = Callable[[Books, int], None]


class _NothingKept(Exception):
    """Ends the transaction without keeping anything."""


@dataclass(frozen=True)
class _Said:
    """What whoever brings the file in says of it."""

    maps: Mapping[str, str]
    answers: Mapping[str, str]


@dataclass(frozen=True)
class _Act:
    """What all parts of one import share."""

    at: datetime
    by: str
    complete: bool
    sha256: str
    progress: Progress
    businesses: bool | None
    said: _Said
    also: Also


def bring_in(
    database: Database,
    company: Company,
    path: Path | str,
    *,
    complete: bool = False,
    dry_run: bool = False,
    businesses: bool | None = None,
    maps: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    at: datetime,
    by: str = Automaton.IMPORT,
    progress: Progress | None = None,
    name: str | None = None,
    also: Also | None = None,
) -> ImportReport:
    """Bring one file of invoices into the company's books, in one transaction: all of it, or nothing.

    `complete`: the file is the whole list, so that open invoices it does not show are held and asked about.
    `businesses`: whether the customers with a SIREN are businesses, public bodies apart; None: as was said
    before, else a person is asked. `dry_run` does everything, tells it, and keeps nothing. `at` is the aware
    instant at which new invoices are learnt of; `progress` hears (done, of how many) while it works. Amounts
    are in the currency of their row, euros when the file names none. `name`: the file's own, where `path` has
    another; `also` is told the import's id in its very transaction. What is wrong with the file is in the
    report's `refused`; errors of the database are raised.
    """
    path = Path(path)
    findings, report = Findings(answers), ImportReport(name or path.name, dry_run)
    tell: Progress = progress or (lambda _done, _of: None)
    said = _Said(maps or {}, answers or {})
    with ExitStack() as held:
        try:
            content, digest = _read((database, company), path, (findings, tell), said, held)
        except Unreadable as refused:
            findings.refuse(None, None, None, refused)
            return _complete_report(report, findings)
        if complete and content.pdfs is not None:
            findings.refuse(None, None, None, Unreadable("imports.einvoice_complete"))
        report.rows, report.columns, report.how = content.rows, content.columns, content.how
        report.unread, report.sums = content.unread, content.sums
        report.made_numbers = content.made
        if findings.lets_in:
            whose = _businesses(businesses, answers)
            act = _Act(at, by, complete, digest, tell, whose, said, also or _nothing_else)
            _keep((database, company), content, act, findings, report)
    return _complete_report(report, findings)


def _nothing_else(_b: Books, _import_id: int) -> None:
    """Do nothing more."""


def _read(
    books: tuple[Database, Company],
    path: Path,
    hears: tuple[Findings, Progress],
    said: _Said,
    held: ExitStack,
) -> tuple[Content, str]:
    """Read a list or e-invoices; with it, the file's SHA-256. `held` keeps open what is still needed."""
    known, (findings, progress) = _known(*books, said), hears
    if is_einvoice(path):
        papers = held.enter_context(papers_apart(path))
        return read_papers(path, papers, books[1], findings, known), papers.sha256
    table, digest = held.enter_context(table_apart(path))
    return read_rows(table, books[1], findings, progress, known), digest


def _known(database: Database, company: Company, said: _Said) -> KnownOfFile:
    with open_books(database, company) as b:
        shapes = {each.shape: each for each in mappings.remembered(b)}
    return KnownOfFile(said.maps, shapes)


def _businesses(said: bool | None, answers: Mapping[str, str] | None) -> bool | None:
    """Return what is said of customers with a SIREN, whichever way."""
    answer = (answers or {}).get(QuestionKind.KIND_ASKED)
    return said if answer not in {YES, NO} else answer == YES


def _complete_report(report: ImportReport, findings: Findings) -> ImportReport:
    """Complete the report; a refused file changes nothing, whatever was found before."""
    report.refused, report.refused_count = findings.refused, findings.refused_count
    report.warnings = list(findings.notices.values())
    report.questions = [*findings.questions.values(), *report.questions]
    if not findings.lets_in:
        report.new, report.changed, report.gone, report.unchanged = [], [], [], 0
    return report


def _keep(
    books: tuple[Database, Company], content: Content, act: _Act, findings: Findings, report: ImportReport
) -> None:
    """Write everything, and keep it unless something is refused or nothing is to be kept."""
    try:
        with open_books(*books) as b:
            _write(b, content, act, findings, report)
            _keep_or_not(report, findings)
            if content.pdfs is not None:
                content.pdfs.keep()
    except _NothingKept:
        return
    except Unreadable as refused:
        findings.refuse(None, None, None, refused)


def _keep_or_not(report: ImportReport, findings: Findings) -> None:
    if report.dry_run or not findings.lets_in:
        raise _NothingKept


def _write(b: Books, content: Content, act: _Act, findings: Findings, report: ImportReport) -> None:
    locks.company(b)
    trace = Trace(b, act.by, act.at)
    customers = Customers(b, trace, findings)
    customers.bring(ledger.named(b, content.clients, findings))
    taking = ledger.Taking(b, content.ledger, customers, findings) if content.ledger is not None else None
    records = content.records if taking is None else taking.records(content.clients)
    notes = CreditNotes(b, customers, trace, findings, report)
    invoices = Invoices(b, customers, trace, findings, report)
    for kind, bring in ((True, notes.bring), (False, invoices.bring)):
        _in_batches([record for record in records if record.credit is kind], bring, act, content.rows)
    outcome = invoices.outcome
    if taking is not None:
        settle(taking, outcome, trace, report)
    touched = outcome.customers | customers.touched | notes.customers
    if act.complete:
        gone, their_customers = questions.mark_gone(b, outcome.seen, trace, report)
        reminders.call_off(b, gone, reason=Reason.GONE, at=act.at)
        questions.note_missing_credit(b, notes.seen, findings)
        touched |= their_customers
    of_file = set(customers.ids.values())
    touched |= settle_kinds(b, of_file, act.businesses, trace, report)
    note_schedules(b, of_file, findings)
    _follow(b, outcome, trace)
    names = content.layout.names if content.layout else ()
    told_by = said.FIELDS & content.columns.keys() | {doubt_of(name) for name in names if name}
    fields = told_by if taking is None else frozenset({ledger.FIELD})
    file_facts.take(b, outcome.words, fields, trace, report)
    if content.messages:
        touched |= lifecycle.take(b, content.messages, trace, findings, report)
    bulk.look_again(b, sorted(touched | outcome.unpaid.keys()))
    _remember(b, content, act, report.file)
    report.customers = customers_described(b, of_file, customers.new)
    _sign(b, act, trace, report)


def _remember(b: Books, content: Content, act: _Act, file: str) -> None:
    """Keep what was said of the file, for those of the same headers; of e-invoices, for all of them."""
    layout = content.layout
    shape, names = (layout.shape, layout.names) if layout else (SHAPE, ())
    if act.said.maps or act.said.answers:
        columns = {normal(title): holds for title, holds in act.said.maps.items()}
        said = SaidOfShape(shape, file, names, columns, act.said.answers)
        mappings.keep(b, said, by=act.by, at=act.at)


def _in_batches(records: Sequence[Record], bring: Any, act: _Act, rows: int) -> None:
    for start, batch in enumerate(bulk.batches(records)):
        bring(batch)
        act.progress(min(rows + start * bulk.BATCH + len(batch), 2 * rows), 2 * rows)


def _follow(b: Books, outcome: Outcome, trace: Trace) -> None:
    """Do what follows: reminders called off, tasks lapsed, promises moved along, questions asked."""
    reminders.call_off(b, outcome.settled, reason=Reason.PAID, at=trace.at)
    reminders.call_off(b, outcome.moved, reason=Reason.REPLACED, at=trace.at)
    for batch in bulk.batches(outcome.settled):
        for invoice_id in _with_tasks(b, batch):
            tasks.lapse(b, invoice_id, by=trace.by, at=trace.at)
    questions.close_answered(b, outcome.back, trace)
    questions.ask_about_unpaid(b, outcome.unpaid, trace)
    ask_about_discounts(b, outcome.customers, trace)
    for batch in bulk.batches(outcome.moved):
        _move_along(b, batch)


def _with_tasks(b: Books, invoice_ids: Sequence[int]) -> list[int]:
    open_about = select(TaskItem.invoice_id).join(Task, Task.id == TaskItem.task_id)
    query = open_about.where(Task.state == TaskState.OPEN, TaskItem.invoice_id.in_(invoice_ids)).distinct()
    return list(b.session.scalars(query))


def _move_along(b: Books, invoice_ids: Sequence[int]) -> None:
    """Let promises and disputes follow their invoice to its new customer."""
    owner = select(Invoice.customer_id).where(Invoice.id == Promise.invoice_id).scalar_subquery()
    other = select(Invoice.customer_id).where(Invoice.id == Dispute.invoice_id).scalar_subquery()
    for of, whose in ((Promise, owner), (Dispute, other)):
        b.session.execute(
            update(of)
            .where(of.invoice_id.in_(invoice_ids))
            .values(customer_id=whose)
            .execution_options(synchronize_session=False)
        )


def _sign(b: Books, act: _Act, trace: Trace, report: ImportReport) -> None:
    """Write down that the file was brought in."""
    counts = {
        "rows": report.rows,
        "new": len(report.new),
        "changed": len(report.changed),
        "unchanged": report.unchanged,
        "gone": len(report.gone),
        "made_numbers": report.made_numbers,
    }
    run = ImportRun(
        company_id=b.company_id,
        at=act.at,
        file=report.file,
        sha256=act.sha256,
        complete=act.complete,
        counts=counts,
    )
    b.session.add(run)
    b.session.flush()
    act.also(b, run.id)
    told = ImportDone(import_id=run.id, file=report.file, complete=act.complete, **counts)
    trace.line(Act.IMPORT_DONE, told, customer_id=None)
    trace.flush()
