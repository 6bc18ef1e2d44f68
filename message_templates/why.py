"""Why an invoice is reminded, held back or left alone, told in French (SCHEDULE rule 25)."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from message_templates import labels
from message_templates.catalogue import Mrkdwn, keys, template
from receivables import duty
from receivables.codes.disputes import DisputeKind
from receivables.codes.reasons import Reason, Standing
from receivables.company import Mode
from receivables.language import Language
from receivables.people import Automaton
from receivables.schedule.decisions import Decision

_KNOWN = (
    "asked_on",
    "asker",
    "call_back",
    "cap",
    "credit",
    "days_late",
    "dispute_kind",
    "due_date",
    "gap",
    "last_import_on",
    "last_message_on",
    "late_total",
    "left",
    "letter_since",
    "means",
    "message_coming_on",
    "message_on",
    "minimum",
    "mode",
    "next_cap",
    "next_gap",
    "next_kept",
    "next_letter_since",
    "next_message_on",
    "next_slot",
    "opened_on",
    "outstanding",
    "owner",
    "payment_left",
    "prescribed_on",
    "presented_on",
    "promise_amount",
    "promise_date",
    "reason_text",
    "resumes_on",
    "scope",
    "send_refused",
    "small",
    "task_opened_on",
    "tone",
    "unmatched",
    "waiting_for",
)
_KEPT = {
    Reason.CLOSED_DAY: ("why.shifted",),
    Reason.SPACING: ("why.spaced",),
    Reason.APPROVAL: ("why.to_approve",),
}
"""What is said of what binds between the day of the next step and the day on which it leaves."""
_IN_MODE = {Mode.DRAFT: ("why.rehearsed",), Mode.MANUAL: ("why.by_hand",)}
"""What is said of a day to come where nothing leaves by itself."""
_UNTOLD = frozenset({"", "clock", Automaton.CLOCK, Automaton.IMPORT})
"""Who did what no person did: no author is told then."""


NOTHING_NEXT = frozenset({Reason.INSOLVENCY, Reason.RETRYING})
"""Reasons beside which no next step is told: none follows, or what is tried again may yet be it."""


def detail(decision: Decision | Mapping[str, Any], language: Language) -> str:
    """Return the explanation as plain text: the rule, its dates, the hold, the next step.

    `decision` may be a Decision or a mapping with its fields; any fact may be missing.
    """
    return _detail(decision, language, slack=False)


def slack_detail(decision: Decision | Mapping[str, Any], language: Language) -> Mrkdwn:
    """Return the explanation for Slack: people are mentioned, notes escaped."""
    return Mrkdwn(_detail(decision, language, slack=True))


def _detail(decision: Decision | Mapping[str, Any], language: Language, *, slack: bool) -> str:
    told = _values(decision, language, slack=slack)
    reason = str(told["reason"])
    key = f"why.{reason}" if f"why.{reason}" in keys("why", language, "texts") else "why.unknown"
    parts = [key]
    if told["next_step"] and not told["done"] and reason not in NOTHING_NEXT:
        parts.append("why.then" if reason == Reason.DUE else "why.next")
        parts += _KEPT.get(told["next_kept"], ()) if _put_off(told) else ()
        parts += _IN_MODE.get(told["mode"], ()) if told["next_on"] else ()
    parts += ("why.waiting_for",) if told["waiting_for"] else ()
    return " ".join(template(part, "texts", escaped=slack, language=language).render(told) for part in parts)


def _put_off(told: Mapping[str, Any]) -> bool:
    """Whether what binds is to be told: what the day is put off by, or what it waits for."""
    waits = told["next_kept"] == Reason.APPROVAL and told["reason"] != Reason.APPROVAL
    return bool(told["next_slot"] and (told["next_on"] or waits))


def _values(decision: Decision | Mapping[str, Any], language: Language, *, slack: bool) -> dict[str, Any]:
    """Return the values of the sentences, None for what is unknown, names instead of keys."""
    raw = decision if isinstance(decision, Mapping) else _as_mapping(decision)
    facts = dict.fromkeys(_KNOWN) | dict(raw.get("facts") or {})
    values = dict.fromkeys(("step", "on", "until", "by", "next_step", "next_on", "slot", "reason")) | facts
    values |= {key: value for key, value in raw.items() if key != "facts" and value is not None}
    values["currency"] = values.get("currency") or "EUR"
    values["done"] = raw.get("decision") == Standing.DONE
    for key in ("step", "next_step", "tone"):
        values[key] = labels.step(str(values[key]), language) if values[key] else None
    for key in ("by", "owner", "asker"):
        values[key] = _person(values[key], slack=slack)
    values["means"] = labels.label("means", values["means"], language) if values["means"] else None
    kind = values["dispute_kind"]
    values["dispute_kind"] = (
        labels.label("dispute", kind, language) if kind and kind != DisputeKind.OTHER else None
    )
    return values


def _as_mapping(decision: Decision) -> dict[str, Any]:
    return {field.name: getattr(decision, field.name) for field in fields(decision)}


def _person(who: str | None, *, slack: bool) -> str | None:
    """Return a Slack user as a mention in Slack; nothing for what no person did."""
    if who is None or who in _UNTOLD:
        return None
    return Mrkdwn(f"<@{who}>") if slack and duty.is_user(who) else who
