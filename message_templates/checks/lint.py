"""What is wrong with a company's template before it is filled in: values, blocks and loops that cannot be."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.meta import find_undeclared_variables
from rapidfuzz import fuzz, process

from message_templates.pages.own_files import read_own
from message_templates.pieces import mail_sums
from message_templates.pieces import mail_view as email_view
from message_templates.pieces.mail_context import EmailContext, EmailLine
from message_templates.sources import templates as email_templates
from message_templates.sources.sandbox import Sandbox
from receivables.company import Company
from receivables.errors import Fact, SettingsError
from receivables.money import ZERO
from receivables.statements import COURTESIES_BY

DEEPEST = 3
"""Loops within each other."""
ALSO_KNOWN = frozenset({"subject", "words", "self", "super", "loop", "caller", "varargs", "kwargs"})
ALSO_IN = {
    "statement": frozenset({"statement"}),
    "thanks": frozenset({"paid"}),
    "instalment": frozenset({"instalment"}),
}
"""By e-mail: the values of its own."""
_ROWS = (
    email_view.Row,
    email_view.Section,
    mail_sums.Sum,
    mail_sums.CreditRow,
    email_view.PromiseRow,
    email_view.PenaltiesRow,
    email_view.DiscountRow,
)
_MISSING = re.compile(r"(?:has no attribute '(?P<attribute>[^']+)'|'(?P<name>[^']+)' is undefined)")
_NO_SUCH = re.compile(r"No (?P<kind>filter|test) named '(?P<name>[^']+)'")
NEAR = 60


def lint(folder: Path, file: Path) -> None:
    """Look for what cannot be in a template file. Raises SettingsError, naming file, line and remedy."""
    environment = _environment()
    try:
        text = read_own(folder, file)
        tree = environment.parse(text, filename=str(file))
        environment.compile(text, filename=str(file))
    except TemplateSyntaxError as error:
        raise wrong(file, error.lineno, cause(error.message)) from error
    except UnicodeDecodeError as error:
        raise SettingsError("templates.encoding", file=str(file)) from error
    except (RecursionError, SyntaxError, MemoryError) as error:
        raise wrong(file, None, SettingsError("templates.nested")) from error
    _check_values(tree, file, known_values() | ALSO_IN.get(_subject(file), frozenset()))
    _check_blocks(tree, file)
    _check_loops(tree, file)


def cause(message: str | None) -> Fact:
    """Return what is wrong with a template, as Jinja says it; for an unknown filter, those that there are."""
    message = str(message)
    found = _NO_SUCH.match(message)
    if found is None:
        return message
    if found["kind"] == "test":
        return SettingsError("templates.no_test", name=found["name"])
    known = sorted(name for name in _environment().filters if not name.startswith("_"))
    return SettingsError("templates.no_filter", name=found["name"], known=known)


def wrong(file: object, line: int | None, why: Fact) -> SettingsError:
    """Return what is wrong with a template: the file, the line where it is known, and why."""
    return SettingsError("templates.wrong", file=str(file), line=line, cause=why)


@lru_cache(maxsize=1)
def _environment() -> Sandbox:
    environment = Sandbox()
    email_templates.give_filters(environment, "fr")
    return environment


@lru_cache(maxsize=1)
def known_values() -> frozenset[str]:
    """Return the names that a template may use by themselves."""
    company = Company(key="m", name="M", slack_channel="C", email_from="m@m.example")
    day = date(2026, 12, 1)
    shown = email_view.view(EmailContext(company, "C", day, (EmailLine("F", None, day, 0, ZERO),)))
    return frozenset(shown) | ALSO_KNOWN


def _subject(file: Path) -> str:
    """Return the e-mail that a file belongs to: its folder, or the name of a layout that all may share.

    Nothing for the files of another channel: what has values of its own leaves by that one.
    """
    if file.parent.parent.name != COURTESIES_BY.texts:
        return ""
    return file.parent.name if file.parent.name != "_base" else file.name.partition(".")[0]


def _check_values(tree: nodes.Template, file: Path, known: frozenset[str]) -> None:
    try:
        unknown_names = find_undeclared_variables(tree) - known - set(_environment().globals)
    except TemplateError as error:
        raise wrong(file, None, str(error)) from error
    for name in sorted(unknown_names):
        lines = [node.lineno for node in tree.find_all(nodes.Name) if node.name == name]
        raise wrong(file, min(lines, default=1), _unknown(name, known))


def _check_blocks(tree: nodes.Template, file: Path) -> None:
    """Refuse a block of words that nothing shows; layouts may have blocks of their own."""
    if not file.name.startswith("words."):
        return
    for output in tree.body:
        if isinstance(output, nodes.Output) and not _empty(output):
            raise wrong(file, output.lineno, SettingsError("templates.outside_blocks"))
    known = shown_blocks(_subject(file))
    for block in tree.find_all(nodes.Block):
        if block.name not in known:
            facts = {"name": block.name, "near": _nearest(block.name, known)}
            raise wrong(file, block.lineno, SettingsError("templates.unknown_block", **facts))


def _empty(output: nodes.Output) -> bool:
    """Whether a piece of a template says nothing but empty lines."""
    return all(isinstance(part, nodes.TemplateData) and not part.data.strip() for part in output.nodes)


@lru_cache(maxsize=16)
def shown_blocks(name: str = "firm") -> frozenset[str]:
    """Return the blocks of words that the layout of an e-mail shows."""
    courtesy = name if name in email_templates.COURTESIES else "firm"
    return frozenset(email_templates.email(courtesy).blocks)


def _check_loops(tree: nodes.Template, file: Path) -> None:
    for line, depth in _depths(tree, 0):
        if depth > DEEPEST:
            raise wrong(file, line, SettingsError("templates.deep_loops", most=DEEPEST))


def _depths(node: nodes.Node, depth: int) -> Iterator[tuple[int, int]]:
    for child in node.iter_child_nodes():
        deeper = depth + isinstance(child, nodes.For)
        if isinstance(child, nodes.For):
            yield child.lineno, deeper
        yield from _depths(child, deeper)


def unknown(error: UndefinedError) -> SettingsError:
    """Return what a template wanted and does not exist, with the nearest thing that does."""
    found = _MISSING.search(str(error))
    if found is None:
        return SettingsError("templates.unknown", cause=str(error))
    if found["name"]:
        return _unknown(found["name"], known_values())
    return _unknown(found["attribute"], {name for row in _ROWS for name in row._fields} | shown_blocks())


def _unknown(name: str, known: Iterable[str]) -> SettingsError:
    return SettingsError("templates.unknown_value", name=name, near=_nearest(name, known))


def _nearest(name: str, known: Iterable[str]) -> str | None:
    near = process.extractOne(name, sorted(known), scorer=fuzz.ratio, score_cutoff=NEAR)
    return str(near[0]) if near else None
