"""Policies: the graded schedules, one step after another (SCHEDULE.md, Words)."""

import itertools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

from receivables.codes.channels import CHANNELS, USUAL, Channel
from receivables.codes.roles import TO, ContactRole
from receivables.codes.steps import Approving, Attach
from receivables.errors import SettingsError

_ISSUE_DAY = re.compile(r"issue\+(\d{1,3})\Z")
_KEY = re.compile(r"[a-z0-9_]{1,40}\Z")
_FIELDS = frozenset({"key", "day", "channel", "template", "approval", "attach", "to", "wait_days"})


@dataclass(frozen=True, slots=True)
class Step:
    """One rung. `day` counts from the due date, or from the issue date when `from_issue`."""

    key: str
    day: int
    channel: Channel
    template: str
    from_issue: bool = False
    approval: Approving = Approving.AUTO
    attach: Attach | None = None
    """What goes with its message; None: what the company says (unset is not none)."""
    to: str = ContactRole.BILLING
    wait_days: int = 5

    @property
    def preventive(self) -> bool:
        """Whether the step comes on or before the due date."""
        return self.from_issue or self.day <= 0

    @property
    def human(self) -> bool:
        """Whether a person does the step: it opens a task and never completes by itself."""
        return not self.channel.written


@dataclass(frozen=True)
class Policy:
    """An ordered list of steps."""

    key: str
    steps: tuple[Step, ...]

    @cached_property
    def preventive(self) -> tuple[Step, ...]:
        """The steps on or before the due date, without those that send the invoice itself."""
        return tuple(step for step in self.steps if step.preventive and not step.from_issue)

    @cached_property
    def issuing(self) -> tuple[Step, ...]:
        """The steps that send the invoice itself: they count from its issue."""
        return tuple(step for step in self.steps if step.from_issue)

    @cached_property
    def corrective(self) -> tuple[Step, ...]:
        """The steps after the due date, mildest first."""
        return tuple(step for step in self.steps if not step.preventive)

    @cached_property
    def days(self) -> frozenset[int]:
        """The days, from the due date, on which this policy has a step."""
        return frozenset(step.day for step in self.steps if not step.from_issue)

    @cached_property
    def rank(self) -> Mapping[str, int]:
        """Position of each step key: the higher, the sterner."""
        return {step.key: position for position, step in enumerate(self.steps)}

    def step(self, key: str) -> Step | None:
        """Return the step named `key`, if this policy has it."""
        position = self.rank.get(key)
        return None if position is None else self.steps[position]


def _unfit(where: str, value: object, expected: str | SettingsError) -> SettingsError:
    return SettingsError("settings.value", where=where, value=str(value), expected=expected)


def _choice(where: str, raw: Mapping[str, Any], key: str, allowed: tuple[str, ...], default: str) -> str:
    value = raw.get(key, default)
    if value not in allowed:
        raise _unfit(f"{where}.{key}", value, ", ".join(allowed))
    return str(value)


def _day(where: str, value: object) -> tuple[int, bool]:
    if isinstance(value, int) and not isinstance(value, bool) and -365 <= value <= 730:
        return value, False
    match = _ISSUE_DAY.match(value) if isinstance(value, str) else None
    if match:
        return int(match[1]), True
    raise _unfit(f"{where}.day", value, SettingsError("settings.expected.step_day"))


def _text(where: str, raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not _KEY.match(value):
        raise _unfit(f"{where}.{key}", value, SettingsError("settings.expected.step_key"))
    return value


def parse_step(where: str, raw: Mapping[str, Any], channels: Mapping[str, Channel] = CHANNELS) -> Step:
    """Build one step from its table; `where` names it in errors. Raises SettingsError."""
    unknown = set(raw) - _FIELDS
    if unknown:
        raise SettingsError("settings.unknown_key", key=f"{where}.{min(unknown)}", known=sorted(_FIELDS))
    day, from_issue = _day(where, raw.get("day"))
    wait = raw.get("wait_days", 5)
    if not isinstance(wait, int) or isinstance(wait, bool) or not 0 <= wait <= 90:
        raise _unfit(f"{where}.wait_days", wait, SettingsError("settings.expected.wait_days"))
    channel = channels[_choice(where, raw, "channel", tuple(channels), USUAL.key)]
    return Step(
        key=_text(where, raw, "key"),
        day=day,
        channel=channel,
        template=_text(where, raw, "template"),
        from_issue=from_issue,
        approval=Approving(
            _choice(
                where, raw, "approval", tuple(Approving), Approving.ASK if channel.formal else Approving.AUTO
            )
        ),
        attach=Attach(_choice(where, raw, "attach", tuple(Attach), "")) if "attach" in raw else None,
        to=_choice(where, raw, "to", tuple(TO), ContactRole.BILLING),
        wait_days=wait,
    )


def parse_policy(key: str, raw: object, channels: Mapping[str, Channel] = CHANNELS) -> Policy:
    """Build a policy from its table `[[policy.<key>.step]]`, checking order and uniqueness.

    Raises SettingsError, naming the key and the reason.
    """
    where = f"policy.{key}.step"
    rows = raw.get("step") if isinstance(raw, Mapping) else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        raise SettingsError("settings.no_step", where=where)
    steps = tuple(parse_step(f"{where}[{number}]", row, channels) for number, row in enumerate(rows, 1))
    _check_order(where, steps)
    return Policy(key, steps)


def _check_order(where: str, steps: tuple[Step, ...]) -> None:
    seen: set[str] = set()
    for number, step in enumerate(steps, 1):
        if step.key in seen:
            raise SettingsError("settings.step_twice", where=f"{where}[{number}].key", step=step.key)
        seen.add(step.key)
        if step.preventive and step.human:
            raise SettingsError("settings.step_preventive", where=f"{where}[{number}].channel")
    for number, (before, after) in enumerate(itertools.pairwise(steps), 2):
        if after.from_issue and not before.from_issue:
            raise SettingsError("settings.step_from_issue", where=f"{where}[{number}].day")
        if after.from_issue == before.from_issue and after.day <= before.day:
            place = f"{where}[{number}].day"
            raise SettingsError("settings.step_order", where=place, day=after.day, before=before.day)


def parse_policies(raw: Mapping[str, Any], channels: Mapping[str, Channel] = CHANNELS) -> dict[str, Policy]:
    """Build every policy of a `[policy]` table. Raises SettingsError."""
    return {key: parse_policy(key, value, channels) for key, value in raw.items()}


def shipped_policies() -> dict[str, Policy]:
    """Return the policies that Relance ships."""
    text = files("receivables").joinpath("policies.toml").read_text(encoding="utf-8")
    return parse_policies(tomllib.loads(text)["policy"])
