"""A call sheet as Slack shows it: what to ask, whom to ring, what is owed, what was said last."""

from collections.abc import Iterator
from datetime import date

from bot.typed.words import cut
from message_templates import labels
from message_templates.catalogue import Mrkdwn, escape, say
from receivables import duty
from receivables.codes.replies import IncomingState
from receivables.codes.roles import ContactRole
from receivables.codes.statuses import Status
from receivables.company import Company
from receivables.language import Language
from store.calls.last_words import Said
from store.calls.sheet import CallInvoice, CallSheet, PersonToCall

INVOICES, PEOPLE = 8, 5
NOTE = 160


def paragraphs(company: Company, sheet: CallSheet) -> list[str]:
    """Return the sheet in paragraphs, each short enough for a section (mrkdwn)."""
    parts = (
        aim(sheet, company.language),
        _people(sheet, company.language),
        _owed(sheet, company.language),
        _said(company, sheet),
        _record(sheet, company.language),
    )
    return [part for part in parts if part]


def aim(sheet: CallSheet, language: Language) -> str:
    """Return what to ask, in a sentence."""
    return say(
        "fiche_appel.aim_head",
        language,
        aim=say(f"fiche_appel.aim.{sheet.aim.key}", language, **sheet.aim.facts),
    )


def _people(sheet: CallSheet, language: Language) -> str:
    if not sheet.people:
        names = [cut(name, 60) for name in sheet.names[:PEOPLE]]
        return say("fiche_appel.nobody", language, names=names)
    return "\n".join(
        [say("fiche_appel.people", language), *(_person(each, language) for each in sheet.people[:PEOPLE])]
    )


def _person(person: PersonToCall, language: Language) -> str:
    role = (
        say(f"fiche_appel.role.{person.role}", language)
        if person.role in {ContactRole.BILLING, ContactRole.MANAGER}
        else ""
    )
    return say(
        "fiche_appel.person", language, name=cut(person.name, 80), phone=cut(person.phone, 40), role=role
    )


def _owed(sheet: CallSheet, language: Language) -> str:
    lines: list[str] = []
    if sheet.items:
        lines.append(say("fiche_appel.owed", language, totals=sheet.totals, count=len(sheet.items)))
    lines += [_item(each, language) for each in sheet.items[:INVOICES]]
    more = len(sheet.items) - INVOICES
    lines += [say("fiche_appel.more", language, count=more)] if more > 0 else []
    count, totals = sheet.others
    lines += [say("fiche_appel.others", language, count=count, totals=totals)] if count else []
    return "\n".join(lines)


def _item(item: CallInvoice, language: Language) -> str:
    state = labels.status(item.status, language) if item.status in {Status.DISPUTED, Status.PROMISED} else ""
    part = item.amount if item.outstanding < item.amount else None
    return say(
        "fiche_appel.item",
        language,
        number=cut(item.number, 40),
        outstanding=item.outstanding,
        amount=part,
        currency=item.currency,
        due=item.due_date,
        days=item.days_late,
        state=state,
    )


def _said(company: Company, sheet: CallSheet) -> str:
    told = [_one(company, each) for each in sheet.said]
    return (
        "\n".join([say("fiche_appel.said", company.language), *told])
        if told
        else say("fiche_appel.nothing_said", company.language)
    )


def _one(company: Company, said: Said) -> str:
    channel = company.channels.get(said.way)
    return say(
        f"fiche_appel.way.{'message' if channel and channel.written else said.way}",
        company.language,
        channel=labels.label("channel", said.way, company.language),
        on=company.day_of(said.at),
        what=_what(said, company.language),
        by=_who(said.by),
        text=cut(said.text, NOTE),
    )


def _what(said: Said, language: Language) -> str:
    if said.way == "call":
        return labels.outcome(said.what, language)
    if said.way == "promise":
        return say("fiche_appel.promised_for", language, on=date.fromisoformat(said.what))
    if said.way == "reply":
        return say("fiche_appel.unread", language) if said.what == IncomingState.UNREAD else ""
    return labels.step(said.what, language)


def _who(by: str) -> Mrkdwn:
    return Mrkdwn(f"<@{by}>") if duty.is_user(by) else escape(cut(by, 60))


def _record(sheet: CallSheet, language: Language) -> str:
    return say("fiche_appel.record", language, kept=sheet.kept, ended=sheet.ended) if sheet.ended else ""


def lines(company: Company, sheet: CallSheet) -> Iterator[str]:
    """Yield the sheet in short, for a form: what to ask, and what was said last."""
    yield aim(sheet, company.language)
    if sheet.said:
        yield _said(company, sheet)
    if sheet.ended:
        yield _record(sheet, company.language)
