"""A file that came, as Slack shows it: what is in it, what was not read or is asked, and what can be done."""

from collections.abc import Sequence

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.notice import Notice
from bot.slack.outcomes import sentence_of, who
from bot.typed.words import cut, plain
from message_templates.catalogue import Mrkdwn, keys, say
from message_templates.labels import label
from receivables.company import Company
from receivables.language import Language
from store.imports.arrivals import ArrivalFacts, Earlier
from store.imports.questions import ImportQuestion, QuestionKind
from store.imports.report import CellRefusal, ColumnRead, ImportReport
from store.imports.tables.headers import MissingColumn

TAKE, ANSWER, MAP, GIVE_UP = "arrival_take", "arrival_answer", "arrival_map", "arrival_give_up"
LISTED = 5
"""Refusals, columns and remarks that are shown one by one."""
EXAMPLE = 40
QUESTIONS = 10


def draw(
    company: Company, arrival: ArrivalFacts, report: ImportReport, before: Earlier | None, *, by: str
) -> Notice:
    """Return the answer to a file: tried dry, or brought in by somebody."""
    language = company.language
    head = _head(report, language, by)
    texts = [head, *_refusals(report, language), *_seen(report, language)]
    if before is not None:
        day = company.day_of(before.at)
        texts.insert(1, say("arrivees.earlier", language, day=day, by=who(before.by, language)))
    drawn = [blocks.section("\n".join(texts)), *_questions(report, language)]
    row = _buttons(company, arrival, report)
    return Notice(str(head), [*drawn, blocks.actions(*row)] if row else drawn)


def given_up(company: Company, arrival: ArrivalFacts, by: str) -> Notice:
    """Return the answer to a file that somebody gave up."""
    text = say("arrivees.given_up", company.language, file=arrival.file, by=by)
    return Notice(str(text), [blocks.section(text)])


def asked(question: ImportQuestion, language: Language) -> Mrkdwn:
    """Return what is asked, in words."""
    of_field = question.kind is QuestionKind.MEANING
    about = label("import_field", question.about, language) if of_field else question.about
    own = f"arrivees.asked.{question.kind}"
    key = own if own in keys("arrivees", language) else f"import.question.{question.kind}"
    return say(key, language, about=about, count=question.count, values=", ".join(question.values))


def _head(report: ImportReport, language: Language, by: str) -> Mrkdwn:
    if report.refused:
        return say("arrivees.refused", language, file=report.file)
    if report.waits:
        return say("arrivees.waits", language, file=report.file, count=report.rows)
    facts = {"file": report.file, "count": report.rows, "parts": _figures(report, language)}
    if report.dry_run:
        return say("arrivees.dry", language, **facts)
    return say("arrivees.done", language, by=by, **facts)


def _figures(report: ImportReport, language: Language) -> Mrkdwn:
    """Return what a file brings, in figures."""
    counts = {
        "new": len(report.new),
        "changed": len(report.changed),
        "unchanged": report.unchanged,
        "gone": len(report.gone),
        "customers": report.customers.new,
        "questions": len(report.questions),
    }
    parts = [say(f"arrivees.count.{name}", language, count=count) for name, count in counts.items() if count]
    return Mrkdwn(", ".join(parts or [say("arrivees.count.nothing", language)]))


def _refusals(report: ImportReport, language: Language) -> list[str]:
    listed = [_refusal(each, language) for each in report.refused[:LISTED]]
    more = report.refused_count - len(listed)
    return [*listed, say("arrivees.more", language, count=more)] if more > 0 else listed


def _refusal(bad: CellRefusal, language: Language) -> str:
    expected = sentence_of(bad.expected, language)
    if bad.line is None:
        return say("arrivees.file_refused", language, why=expected)
    column: str | None = bad.column
    if isinstance(column, MissingColumn):
        column = say(f"import.missing_column.{column}", language)
    facts = {"line": bad.line, "column": column, "value": bad.value}
    return say("arrivees.cell", language, expected=expected, **facts)


def _seen(report: ImportReport, language: Language) -> list[str]:
    """Return the file's sums, what was not read of it, and what is odd in it."""
    if report.refused:
        return []
    totals = [say("arrivees.total", language, **_sum(each)) for each in report.sums]
    found: list[str] = []
    if totals:
        found.append(say("arrivees.totals", language, totals=Mrkdwn(" + ".join(totals))))
    if report.unread:
        found.append(say("arrivees.unread", language, columns=_columns(report.unread, language)))
    for each in report.warnings[:LISTED]:
        facts = {"count": each.count, "values": cut(", ".join(each.values), 150)}
        remark = say(f"import.warning.{each.kind}", language, **facts)
        found.append(say("arrivees.left_out", language, remark=remark))
    return found


def _sum(each: object) -> dict[str, object]:
    return {name: getattr(each, name) for name in ("amount", "outstanding", "currency")}


def _columns(unread: Sequence[ColumnRead], language: Language) -> Mrkdwn:
    shown = [
        say("arrivees.column", language, title=cut(each.title, EXAMPLE), example=cut(each.example, EXAMPLE))
        for each in unread[:LISTED]
    ]
    return Mrkdwn(", ".join(shown) + (", …" if len(unread) > LISTED else ""))


def _questions(report: ImportReport, language: Language) -> list[Block]:
    if report.refused or not report.questions:
        return []
    title = say("arrivees.questions", language, count=len(report.questions))
    listed = [_question(each, language) for each in report.questions[:QUESTIONS]]
    return [blocks.section("\n".join([title, *listed]))]


def _question(each: ImportQuestion, language: Language) -> Mrkdwn:
    """Return what is asked, and what happens while nobody answers."""
    meanwhile = say(f"import.meanwhile.{each.default}", language) if each.default else ""
    return say("arrivees.question", language, question=asked(each, language), meanwhile=meanwhile)


def _buttons(company: Company, arrival: ArrivalFacts, report: ImportReport) -> list[Block]:
    """Return what can be done with a file now."""
    language, value = company.language, f"{company.key}:{arrival.id}"
    open_ones = bool(arrival.questions) and not report.refused
    offered = [
        (TAKE, "take", report.dry_run and report.done, True),
        (ANSWER, "answer", open_ones, bool(report.waits)),
        (MAP, "map", report.dry_run and bool(arrival.columns), False),
        (GIVE_UP, "give_up", report.dry_run, False),
    ]
    return [
        blocks.button(
            plain(f"arrivees.button.{name}", language), action, value, style="primary" if first else None
        )
        for action, name, fits, first in offered
        if fits
    ]
