"""`relance import`: bring files in."""

import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from message_templates.catalogue import TEAM
from message_templates.labels import label
from receivables.errors import Refused
from relance.commands.common import AsJson, At, CompanyKey, Place, instant_of, place
from relance.terminal import (
    help_of,
    meta,
    print_json,
    print_sentence,
    refusal,
    refusals_in_json,
    sentence,
    usage,
    warn,
)
from store.imports.apply import bring_in
from store.imports.questions import ImportQuestion, QuestionKind
from store.imports.report import CellRefusal, ImportReport, SumOfFile
from store.imports.tables.fields import FIELDS, field_of
from store.imports.tables.files import MAX_BYTES, HowRead, Sheet
from store.imports.tables.headers import MissingColumn

LONG_ROWS = 2_000
"""Files with fewer rows are read before a progress bar would be seen."""
LISTS = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".ods"})
"""Endings of what is taken from a folder."""
STDIN = "stdin"
"""What is read from the standard input is called so."""

Files = Annotated[list[Path], typer.Argument(metavar=meta("files"), help=help_of("import.files"))]
Complete = Annotated[bool, typer.Option("--complete", help=help_of("import.complete"))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=help_of("import.dry_run"))]
Businesses = Annotated[
    bool | None, typer.Option("--businesses/--no-businesses", help=help_of("import.businesses"))
]
Map = Annotated[list[str] | None, typer.Option("--map", metavar=meta("map"), help=help_of("import.map"))]
Answer = Annotated[
    list[str] | None, typer.Option("--answer", metavar=meta("answer"), help=help_of("import.answer"))
]
Tell = Callable[[int, int | None], None]


def import_(
    files: Files,
    *,
    complete: Complete = False,
    dry_run: DryRun = False,
    businesses: Businesses = None,
    map_: Map = None,
    answer: Answer = None,
    at: At = None,
    company: CompanyKey = None,
    as_json: AsJson = False,
) -> None:
    """Bring files in, each whole or not at all."""
    with refusals_in_json(as_json), place(company) as here:
        instant = instant_of(at, here.company)
        how = _How(instant, complete, dry_run, businesses, _maps(map_ or []), _answers(answer or []))
        with _each(files) as found:
            reports = [_one(here, file, how, as_json=as_json) for file in found]
    if not all(report.done for report in reports):
        raise typer.Exit(1)


@contextlib.contextmanager
def _each(named: list[Path]) -> Iterator[list[Path]]:
    """Give the files that are named, those of folders in order, and what comes by `-` as one more.

    Raises Refused for a folder without a list in it.
    """
    with tempfile.TemporaryDirectory(prefix="relance-") as folder:
        given = [Path(folder) / STDIN if str(each) == "-" else each for each in named]
        if given != named:
            with (Path(folder) / STDIN).open("wb") as kept:
                kept.write(sys.stdin.buffer.read(MAX_BYTES + 1))
        yield [file for each in given for file in (_lists_in(each) if each.is_dir() else [each])]


def _lists_in(folder: Path) -> list[Path]:
    found = sorted(each for each in folder.iterdir() if each.suffix.lower() in LISTS and each.is_file())
    if not found:
        raise Refused("imports.folder_empty", folder=str(folder))
    return found


@dataclass(frozen=True, slots=True)
class _How:
    """What is said of all files of one command."""

    at: datetime
    complete: bool
    dry_run: bool
    businesses: bool | None
    maps: dict[str, str]
    answers: dict[str, str]


def _maps(said: list[str]) -> dict[str, str]:
    """Return what columns hold, by header. Raises BadParameter for what is not `header=field`."""
    maps = {}
    for each in said:
        header, parts, holds = each.rpartition("=")
        field = field_of(holds) if header and parts else None
        if field is None:
            raise usage("usage.map", value=each, known=FIELDS)
        maps[header.strip()] = field
    return maps


def _answers(said: list[str]) -> dict[str, str]:
    """Return the choices by question. Raises BadParameter for what is not `question=choice`."""
    answers = {}
    for each in said:
        question, parts, choice = each.rpartition("=")
        if not (question and parts and choice):
            raise usage("usage.answer", value=each)
        answers[question.strip()] = choice.strip()
    return answers


def _one(here: Place, file: Path, how: _How, *, as_json: bool) -> ImportReport:
    with refusals_in_json(as_json, file=str(file)), _bar(file) as progress:
        report = bring_in(
            here.database,
            here.company,
            file,
            complete=how.complete,
            dry_run=how.dry_run,
            businesses=how.businesses,
            maps=how.maps,
            answers=how.answers,
            at=how.at,
            progress=progress,
        )
    if as_json:
        print_json(_record(report))
    else:
        _show(report)
    return report


@contextlib.contextmanager
def _bar(file: Path) -> Iterator[Tell]:
    """Show progress on stderr, for long files and only on a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal
    ) as shown:
        task = shown.add_task(file.name, visible=False, total=None)

        def tell_progress(done: int, total: int | None) -> None:
            if total and total >= LONG_ROWS and done % 256 == 0:
                shown.update(task, completed=done, total=total, visible=True)

        yield tell_progress


def _show(report: ImportReport) -> None:
    if report.refused:
        _show_refusals(report)
        return
    if report.waits:
        _show_columns(report)
        for asked in report.waits:
            _show_question(asked)
        return
    print_sentence(
        "cli.import.would" if report.dry_run else "cli.import.done", file=report.file, count=report.rows
    )
    _show_columns(report)
    _show_sums(report)
    for name, numbers in (("new", report.new), ("changed", report.changed), ("gone", report.gone)):
        if numbers:
            print_sentence(f"cli.import.{name}", count=len(numbers), numbers=_some(numbers))
    if report.unchanged:
        print_sentence("cli.import.unchanged", count=report.unchanged)
    _show_customers(report)
    for noted in report.noted:
        print_sentence(f"import.noted.{noted.kind}", count=noted.count, numbers=_some(noted.values))
    if report.made_numbers:
        print_sentence("cli.import.made_numbers", count=report.made_numbers)
    for notice in report.warnings:
        values = ", ".join(notice.values)
        warn(sentence(f"import.warning.{notice.kind}", count=notice.count, values=values))
    for asked in report.questions:
        _show_question(asked)


def _show_columns(report: ImportReport) -> None:
    """Say what was read as what, and what was not read."""
    for field, column in report.columns.items():
        what = label("import_field", field, TEAM)
        print_sentence("import.column.read", column=column.title, example=column.example, what=what)
    for column in report.unread:
        print_sentence("import.column.unread", column=column.title, example=column.example)


def _show_sums(report: ImportReport) -> None:
    for each in report.sums:
        print_sentence("import.column.sum", **asdict(each))


def _show_customers(report: ImportReport) -> None:
    of = report.customers
    if of.total:
        print_sentence("import.customers.all", total=of.total, new=of.new)
    for name, names in (("without_address", of.without_address), ("unknown_kind", of.unknown_kind)):
        if names:
            print_sentence(f"import.customers.{name}", count=len(names), names=_some(names))


def _show_question(asked: ImportQuestion) -> None:
    """Say what is asked, what happens meanwhile, and how to answer."""
    about = label("import_field", asked.about, TEAM) if asked.kind is QuestionKind.MEANING else asked.about
    facts = {"about": about, "count": asked.count, "values": ", ".join(asked.values)}
    warn("? " + sentence(f"import.question.{asked.kind}", **facts))
    if asked.choices:
        choices = [(choice, label("import_choice", choice, TEAM)) for choice in asked.choices]
        warn("  " + sentence("import.how_to.answer", id=asked.id, choices=choices))
        if asked.default:
            warn("  " + sentence(f"import.meanwhile.{asked.default}"))


def _show_refusals(report: ImportReport) -> None:
    warn(sentence("cli.import.refused", file=report.file, count=report.refused_count))
    for bad in report.refused:
        form = _form(bad)
        values = {"line": bad.line, "column": _column(bad), "value": bad.value or ""}
        warn(sentence(f"cli.import.refused_{form}", **values, expected=refusal(bad.expected)))


def _form(bad: CellRefusal) -> str:
    """Return what a refusal is about: a cell, a line, one document of an archive, or the whole file."""
    if bad.line is not None:
        return "cell" if bad.column else "line"
    return "document" if bad.column and not isinstance(bad.column, MissingColumn) else "file"


def _column(bad: CellRefusal) -> str | None:
    """Return the column of a refusal as people know it: the file's title, or the name of what is missing."""
    if isinstance(bad.column, MissingColumn):
        return sentence(f"import.missing_column.{bad.column}")
    return bad.column


def _how(how: HowRead) -> str:
    """Return how a file was read, in a few words."""
    if isinstance(how, Sheet):
        return sentence("import.how.sheet", name=how.name)
    delimiter = sentence(f"import.delimiter.{how.delimiter}")
    return sentence("import.how.text", encoding=how.encoding, delimiter=delimiter)


def _record(report: ImportReport) -> dict[str, object]:
    """Return what `--json` prints of one file."""
    refused = [
        {"line": bad.line, "column": _column(bad), "value": bad.value, "expected": refusal(bad.expected)}
        for bad in report.refused
    ]
    return {
        "file": report.file,
        "rows": report.rows,
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "gone": report.gone,
        "dry_run": report.dry_run,
        "refused": refused,
        "refused_count": report.refused_count,
        "questions": [{"id": question.id, **asdict(question)} for question in report.questions],
        "warnings": [asdict(remark) for remark in report.warnings],
        "noted": [asdict(remark) for remark in report.noted],
        "made_numbers": report.made_numbers,
        "columns": {field: column.title for field, column in report.columns.items()},
        "examples": {field: column.example for field, column in report.columns.items()},
        "unread": [asdict(column) for column in report.unread],
        "sums": [_sum(each) for each in report.sums],
        "customers": asdict(report.customers),
        "how": _how(report.how) if report.how else "",
    }


def _sum(each: SumOfFile) -> dict[str, object]:
    return {**asdict(each), "amount": str(each.amount), "outstanding": str(each.outstanding)}


def _some(numbers: list[str]) -> str:
    return ", ".join(numbers[:5]) + (", …" if len(numbers) > 5 else "")
