"""Columns of amounts that can be read two ways: one question for the column, not a refusal of each cell."""

from dataclasses import replace
from decimal import Decimal

from store.imports.questions import WAIT, ImportQuestion, QuestionKind
from store.imports.report import Findings
from store.imports.tables.headers import Layout
from store.imports.values import units
from store.imports.values.survey import AMOUNTS, Survey

DECIMALS, THOUSANDS = "decimals", "thousands"
MULTIPLIED, AS_WRITTEN = "multiplied", "as_written"
_MILLION = Decimal(1_000_000)


def settle(layout: Layout, survey: Survey, findings: Findings) -> Survey:
    """Ask what columns of amounts mean; return the survey with what is known of them."""
    signs = dict(survey.signs)
    for field, sign in survey.unclear.items():
        other = "." if sign == "," else ","
        question = _question(layout, field, (DECIMALS, THOUSANDS))
        signs[field] = sign if findings.ask(question) == DECIMALS else other
    factors = {name: _factor(layout, name, findings) for name in AMOUNTS if name in layout.columns}
    return replace(survey, signs=signs, factors={name: by for name, by in factors.items() if by != 1})


def _factor(layout: Layout, field: str, findings: Findings) -> Decimal:
    """Return by what a column is multiplied: thousands are told, millions are asked about."""
    title = layout.title(field)
    factor = units.of_title(title).factor
    if factor >= _MILLION:
        answer = findings.ask(_question(layout, field, (MULTIPLIED, AS_WRITTEN)))
        return Decimal(1) if answer == AS_WRITTEN else factor
    if factor != 1:
        findings.notice("in_thousands", value=title)
    return factor


def _question(layout: Layout, field: str, choices: tuple[str, ...]) -> ImportQuestion:
    return ImportQuestion(QuestionKind.AMOUNTS, layout.title(field), choices, WAIT)
