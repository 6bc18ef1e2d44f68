"""Each word that the books leave to who shows them is in the catalogue, in every language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from message_templates.catalogue import keys, languages
from receivables.acts import Act
from receivables.language import Language
from store.accounts import invoice_files
from store.approvals.escalations import REFUSALS
from store.courtesies import statements
from store.health.check import FaultWord
from store.imports.tables.files import FOREIGN
from store.imports.tables.headers import MissingColumn
from store.imports.tables.text import DELIMITER_NAMES


def returned(path: str, function: str) -> Iterator[str]:
    """The texts that a function of a module returns."""
    for node in ast.walk(ast.parse(Path(path).read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name == function:
            yield from (
                each.value
                for back in ast.walk(node)
                if isinstance(back, ast.Return) and back.value is not None
                for each in ast.walk(back.value)
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )


@pytest.mark.parametrize("language", languages())
def test_every_word_of_the_books_is_in_the_catalogue(language: Language) -> None:
    slack, texts, refusals = (
        {key for subject in subjects for key in keys(subject, language, folder)}
        for folder, subjects in (
            ("slack", ("cli", "import", "taches")),
            ("texts", ("labels",)),
            ("refusals", ("escalations", "statements")),
        )
    )
    assert {f"labels.act.{act}" for act in Act} <= texts
    assert {f"labels.file_kind.{kind}" for _, kind in FOREIGN} <= texts
    assert {f"labels.needed_column.{column}" for column in MissingColumn} <= texts
    assert {f"import.missing_column.{column}" for column in MissingColumn} <= slack
    assert {f"import.delimiter.{name}" for name in DELIMITER_NAMES.values()} <= slack
    assert {f"cli.fault_said.{word}" for word in FaultWord} <= slack
    troubles = set(returned(invoice_files.__file__, "trouble"))
    assert troubles
    assert {f"taches.pdf.{trouble}" for trouble in troubles} <= slack
    unsent = set(returned(statements.__file__, "_refusal"))
    assert unsent
    assert unsent | set(REFUSALS.values()) <= refusals
