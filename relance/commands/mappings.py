"""`relance mappings`: what is remembered of files, to see, to remove, to take elsewhere."""

import json
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from message_templates.catalogue import TEAM
from message_templates.labels import label
from receivables.people import Automaton
from relance.commands.common import AsJson, CompanyKey, now, place
from relance.terminal import help_of, meta, print_json, print_sentence, refusals_in_json, usage
from store.books import open_books, read_books
from store.imports import mappings
from store.imports.mappings import Remembered, SaidOfShape
from store.imports.tables.headers import normal, shape_of

app = typer.Typer(invoke_without_command=True, help=help_of("mappings.app"))

Number = Annotated[int, typer.Argument(metavar=meta("number"), help=help_of("mappings.number"))]
Out = Annotated[Path, typer.Argument(metavar=meta("toml"), help=help_of("mappings.out"))]
File = Annotated[Path, typer.Argument(metavar=meta("toml"), help=help_of("mappings.file"))]


@app.callback()
def listed(context: typer.Context, company: CompanyKey = None, as_json: AsJson = False) -> None:
    """Show all that is remembered."""
    if context.invoked_subcommand is not None:
        return
    with refusals_in_json(as_json), place(company) as here, read_books(here.database, here.company) as b:
        known = mappings.remembered(b)
        if as_json:
            print_json([{**asdict(each), "at": each.at.isoformat()} for each in known])
        elif not known:
            print_sentence("import.mapping.none")
        for each in () if as_json else known:
            _show(each, here.company.day_of(each.at))


def _show(known: Remembered, on: object) -> None:
    print_sentence("import.mapping.title", number=known.id, file=known.file, count=len(known.titles), on=on)
    written = {normal(title): title for title in known.titles}
    for title, holds in known.columns.items():
        what = label("import_field", holds, TEAM)
        print_sentence("import.mapping.column", column=written.get(title, title), what=what)
    for question, choice in known.answers.items():
        words = label("import_choice", choice, TEAM)
        print_sentence("import.mapping.answer", question=question, choice=words)


@app.command("remove", help=help_of("mappings.remove"))
def remove(number: Number, company: CompanyKey = None, as_json: AsJson = False) -> None:
    """Forget one."""
    with refusals_in_json(as_json, number=number), place(company) as here:
        with open_books(here.database, here.company) as b:
            gone = mappings.forget(b, number)
        if as_json:
            print_json({"removed": gone.id, "file": gone.file})
        else:
            print_sentence("import.mapping.removed", file=gone.file)


@app.command("export", help=help_of("mappings.export"))
def export(out: Out, company: CompanyKey = None) -> None:
    """Write all that is remembered into a file."""
    with place(company) as here:
        with read_books(here.database, here.company) as b:
            known = mappings.remembered(b)
        out.write_text("\n".join(_toml(known)), encoding="utf-8")
        print_sentence("import.mapping.written", count=len(known), file=str(out))


def _toml(known: Sequence[Remembered]) -> Iterator[str]:
    """Yield the lines of the file. A text is written in TOML as in JSON."""
    for each in known:
        yield "[[mapping]]"
        yield f"file = {_text(each.file)}"
        yield f"titles = [{', '.join(map(_text, each.titles))}]"
        for name, said in (("columns", each.columns), ("answers", each.answers)):
            yield f"[mapping.{name}]"
            yield from (f"{_text(key)} = {_text(value)}" for key, value in said.items())
        yield ""


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


@app.command("import", help=help_of("mappings.bring"))
def bring(file: File, company: CompanyKey = None) -> None:
    """Take over what a file remembers."""
    with place(company) as here:
        said = _said(file)
        with open_books(here.database, here.company) as b:
            mappings.keep_all(b, said, by=Automaton.CONSOLE, at=now())
        print_sentence("import.mapping.kept", count=len(said))


def _said(file: Path) -> list[SaidOfShape]:
    """Return what a file remembers. Raises BadParameter for another file."""
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        return [_of_one(each) for each in told["mapping"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise usage("usage.map_file") from error


def _of_one(told: dict[str, Any]) -> SaidOfShape:
    titles = tuple(str(title) for title in told["titles"])
    columns = {str(key): str(value) for key, value in told.get("columns", {}).items()}
    answers = {str(key): str(value) for key, value in told.get("answers", {}).items()}
    return SaidOfShape(shape_of(titles), str(told["file"]), titles, columns, answers)
