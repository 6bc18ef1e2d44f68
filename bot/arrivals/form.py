"""The two forms about a file: its questions, and what its columns hold."""

import json
from collections.abc import Mapping
from typing import Any

from bot.arrivals.card import asked
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import chosen
from bot.slack.requests import Body
from bot.slack.visit import Desk, Visit
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from message_templates.labels import label
from receivables.company import Company
from receivables.language import Language
from store.imports.arrivals import ArrivalFacts, ArrivedColumn
from store.imports.questions import ImportQuestion
from store.imports.tables.fields import UNREAD
from store.imports.tables.synonyms import SYNONYMS

ANSWERS, COLUMNS = "arrival_answers", "arrival_columns"
MOST_QUESTIONS = 45
MOST_COLUMNS = 95
"""Fields of one form: Slack takes a hundred blocks."""


def questions_view(visit: Visit, arrival: ArrivalFacts) -> Block:
    """Return the form with one list a question; each may stay as it is."""
    language = visit.language
    intro = say("arrivees.form.answer_intro", language, file=cut(arrival.file, 100))
    fields: list[Block] = []
    for rank, question in enumerate(arrival.questions[:MOST_QUESTIONS]):
        fields += [blocks.section(asked(question, language)), _question(rank, question, language)]
    title = plain("arrivees.form.answer_title", language)
    return _modal(visit, arrival, ANSWERS, title, [blocks.section(intro), *fields])


def columns_view(visit: Visit, arrival: ArrivalFacts) -> Block:
    """Return the form with one list a column, as it is read now."""
    language = visit.language
    intro = say("arrivees.form.map_intro", language, file=cut(arrival.file, 100))
    shown = arrival.columns[:MOST_COLUMNS]
    fields = [_column(rank, each, language) for rank, each in enumerate(shown)]
    more = len(arrival.columns) - len(shown)
    rest = [blocks.context(say("arrivees.form.more", language, count=more))] if more else []
    title = plain("arrivees.form.map_title", language)
    return _modal(visit, arrival, COLUMNS, title, [blocks.section(intro), *fields, *rest])


def _modal(visit: Visit, arrival: ArrivalFacts, callback: str, title: str, drawn: list[Block]) -> Block:
    known = {"company": visit.company.key, "channel": visit.voice.channel, "arrival": arrival.id}
    return blocks.modal(
        callback,
        title,
        drawn,
        submit=plain("arrivees.form.submit", visit.language),
        close=plain("arrivees.form.close", visit.language),
        metadata=json.dumps(known),
    )


def _question(rank: int, question: ImportQuestion, language: Language) -> Block:
    words = [label("import_choice", choice, language) for choice in question.choices]
    options = [blocks.option(each, str(place)) for place, each in enumerate(words)]
    later = plain("arrivees.form.later", language)
    name = f"q{rank}"
    hint = plain(f"import.meanwhile.{question.default}", language) if question.default else ""
    return blocks.field(
        name,
        plain("arrivees.form.answer", language),
        blocks.select(name, later, options),
        optional=True,
        hint=hint,
    )


def _column(rank: int, column: ArrivedColumn, language: Language) -> Block:
    unread = blocks.option(plain("arrivees.form.unread", language), UNREAD)
    read = {each: blocks.option(label("import_field", each, language), each) for each in SYNONYMS}
    ordered = sorted(read.values(), key=lambda option: str(option["text"]["text"]))
    initial = read.get(column.field, unread)
    name = f"c{rank}"
    hint = (
        plain("arrivees.form.example", language, example=cut(column.example, 100)) if column.example else ""
    )
    menu = blocks.select(name, cut(column.title, 100), [unread, *ordered], initial)
    return blocks.field(name, cut(column.title, 150), menu, hint=hint)


def no_errors(_view: Body, _company: Company, _desk: Desk) -> dict[str, str]:
    """Find nothing wrong: what is chosen comes from lists."""
    return {}


def arrival_of(view: Mapping[str, Any]) -> int:
    """Return the file that a form is about."""
    return int(json.loads(view["private_metadata"])["arrival"])


def answers_of(view: Body, arrival: ArrivalFacts) -> dict[str, str]:
    """Return the answers given, by question."""
    found = {}
    for rank, question in enumerate(arrival.questions[:MOST_QUESTIONS]):
        place = chosen(view, f"q{rank}")
        if place is not None:
            found[question.id] = question.choices[int(place)]
    return found


def maps_of(view: Body, arrival: ArrivalFacts) -> dict[str, str]:
    """Return what is said of the columns that were read otherwise, by header."""
    said = {each.title: chosen(view, f"c{rank}") for rank, each in enumerate(arrival.columns[:MOST_COLUMNS])}
    now = {each.title: each.field or UNREAD for each in arrival.columns}
    return {title: field for title, field in said.items() if field is not None and field != now[title]}
