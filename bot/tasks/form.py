"""The forms of a task: put it off to a date and time, or pass it with a reason."""

import json
from datetime import datetime, time
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.fields import day_of, time_of, typed
from bot.slack.visit import Desk, Visit
from bot.tasks.card import PASS, PASS_HANDOVER, PUT_OFF, kind_of
from bot.typed.words import clean, cut, plain
from message_templates.catalogue import say
from receivables.calendar.workdays import ONE_DAY
from receivables.codes.tasks import TaskKind
from receivables.company import Company
from receivables.language import Language
from store.tasks.facts import TaskFacts
from store.tasks.put_offs import FARTHEST

HOUR = time(9)
REASON = 500


def put_off(visit: Visit, task: TaskFacts, place: str) -> Block:
    """Return the form that asks until when; tomorrow's open day at nine, unless changed."""
    day = visit.company.calendar.next_open(visit.today + ONE_DAY)
    return _form(
        visit,
        task,
        place,
        callback=PUT_OFF,
        key="put_off",
        fields=[
            blocks.section(f"{_title(task, visit.language)}\n{say('taches.put_off.intro', visit.language)}"),
            blocks.field(
                "day", plain("taches.put_off.day", visit.language), blocks.day_input("day", day.isoformat())
            ),
            blocks.field(
                "hour",
                plain("taches.put_off.hour", visit.language),
                blocks.time_input("hour", f"{HOUR:%H:%M}"),
            ),
        ],
    )


def passing(visit: Visit, task: TaskFacts, place: str) -> Block:
    """Return the form that asks why a task is passed."""
    intro = "intro_step" if task.step else "intro"
    reason = blocks.text_input("reason", multiline=True, most=REASON)
    hint = plain("taches.pass.reason_hint", visit.language)
    return _form(
        visit,
        task,
        place,
        callback=PASS_HANDOVER if task.kind == TaskKind.HANDOVER else PASS,
        key="pass",
        fields=[
            blocks.section(f"{_title(task, visit.language)}\n{say(f'taches.pass.{intro}', visit.language)}"),
            blocks.field("reason", plain("taches.pass.reason", visit.language), reason, hint=hint),
        ],
    )


def _title(task: TaskFacts, language: Language) -> str:
    return say(
        "taches.form_title", language, kind=kind_of(task, language), customer=cut(task.customer or "", 100)
    )


def _form(
    visit: Visit, task: TaskFacts, place: str, *, callback: str, key: str, fields: list[Block]
) -> Block:
    known = {"company": visit.company.key, "channel": visit.voice.channel, "task": task.id, "place": place}
    return blocks.modal(
        callback,
        plain(f"taches.{key}.title", visit.language),
        fields,
        submit=plain(f"taches.{key}.submit", visit.language),
        close=plain(f"taches.{key}.close", visit.language),
        metadata=json.dumps(known),
    )


def put_off_errors(view: dict[str, Any], company: Company, desk: Desk) -> dict[str, str]:
    """Return what is wrong with the date and time, by the field it is shown under."""
    to, now = until(view, company), desk.now()
    if to <= now:
        return {"day": plain("taches.put_off.past", company.language)}
    return {"day": plain("taches.put_off.far", company.language)} if to - now > FARTHEST else {}


def pass_errors(view: dict[str, Any], _company: Company, _desk: Desk) -> dict[str, str]:
    """Return what is wrong with the reason."""
    return (
        {}
        if clean(typed(view, "reason"))
        else {"reason": plain("taches.pass.reason_missing", _company.language)}
    )


def until(view: dict[str, Any], company: Company) -> datetime:
    """Return the instant that the form names, in the company's timezone."""
    day = day_of(view, "day")
    if day is None:
        raise LookupError("the form asks for a day")
    return company.instant(day, time_of(view, "hour") or HOUR)


def reason(view: dict[str, Any]) -> str:
    """Return why the task is passed."""
    return typed(view, "reason").strip()[:REASON]


def about(view: dict[str, Any]) -> tuple[int, str]:
    """Return the task that a form is about, and where its button stood."""
    known = json.loads(view["private_metadata"])
    return int(known["task"]), str(known["place"])
