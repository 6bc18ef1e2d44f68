"""The `[company.…]` tables of `relance.toml`: each becomes a `Company`, every key checked."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from receivables.codes.customers import StatementRhythm
from receivables.codes.penalties import Imputation
from receivables.codes.steps import AttachFrom
from receivables.company import Company, Mode
from receivables.errors import SettingsError
from receivables.policy import Policy
from relance import settings_values as values

ROLES = ("commercial", "finance", "responsable", "admin")
REQUIRED = {
    "name": "settings.expected.company_name",
    "slack_channel": "settings.expected.company_channel",
    "email_from": "settings.expected.company_sender",
}
"""The keys that have no default, and what is expected there."""
CHECKS: Mapping[str, values.Check] = {
    "name": values.text,
    "siren": values.siren,
    "address": values.lines,
    "iban": values.iban,
    "timezone": values.timezone,
    "language": values.language,
    "holidays": values.holidays,
    "closed": values.closed_days,
    "slack_team": values.slack_team,
    "slack_channel": values.slack_channel,
    "email_from": values.sender,
    "reply_to": values.email,
    "bounce_to": values.email,
    "mode": values.mode,
    "sandbox_to": values.email,
    "policy": values.text,
    "digest_at": values.clock_time,
    "window": values.window,
    "min_gap_days": values.count(0, 60),
    "grace_days": values.count(0, 30),
    "minimum_amount": values.amount,
    "max_messages": values.count(1, 100_000),
    "approval_above": values.amount_or_off,
    "max_age": values.age,
    "templates": values.text,
    "bic": values.bic,
    "phone": values.text,
    "signatory": values.text,
    "notice_days": values.count(1, 60),
    "penalty_rate": values.rate_or_legal,
    "imputation": values.one_of(*Imputation),
    "thank_you": values.yes_or_no,
    "statements": values.one_of(StatementRhythm.OFF, StatementRhythm.MONTHLY),
    "max_per_customer": values.count_or_off(1, 1000),
    "invoices_folder": values.text,
    "legal_line": values.optional_text,
    "mediator": values.optional_text,
    "privacy_url": values.web_address,
    "e_invoicing": values.yes_or_no,
    "attach_invoice_from": values.one_of(*AttachFrom),
}
FOLDERS = frozenset({"templates", "invoices_folder"})
"""Keys whose value is a folder, relative to that of `relance.toml`."""
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")


def companies(raw: object, policies: Mapping[str, Policy], folder: Path) -> dict[str, Company]:
    """Build every company of the `[company]` table; `templates` is relative to `folder`.

    Raises SettingsError, naming the key and what is expected.
    """
    if not isinstance(raw, Mapping) or not raw:
        raise SettingsError("settings.no_company")
    found = {key: company(key, table, policies, folder) for key, table in raw.items()}
    _refuse_shared_channels(found)
    return found


def company(key: str, raw: object, policies: Mapping[str, Policy], folder: Path) -> Company:
    """Build one company from its table. Raises SettingsError."""
    where = f"company.{key}"
    if not _KEY.match(key):
        raise values.refusal("company", key, values.Unfit("settings.expected.company_key"))
    if not isinstance(raw, Mapping):
        raise values.refusal(where, raw, values.Unfit("settings.expected.table", where=where))
    settings: dict[str, Any] = {name: _value(where, name, value) for name, value in raw.items()}
    for name, code in REQUIRED.items():
        if name not in settings:
            raise SettingsError("settings.missing_key", key=f"{where}.{name}", expected=values.Unfit(code))
    for name in FOLDERS & settings.keys():
        settings[name] = str((folder / settings[name]).resolve())
    made = Company(key=key, policies=policies, **settings)
    _check_together(where, made)
    return made


def _value(where: str, name: str, raw: object) -> object:
    if name == "roles":
        return _roles(f"{where}.roles", raw)
    if name == "people":
        return _people(f"{where}.people", raw)
    if name not in CHECKS:
        raise values.unknown(where, name, [*CHECKS, "roles", "people"])
    return _checked(f"{where}.{name}", CHECKS[name], raw)


def _checked(where: str, check: values.Check, raw: object) -> Any:
    try:
        return check(raw)
    except values.Unfit as error:
        raise values.refusal(where, raw, error) from error


def _roles(where: str, raw: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(raw, Mapping):
        raise values.refusal(where, raw, values.Unfit("settings.expected.table", where=where))
    for role in raw:
        if role not in ROLES:
            raise values.unknown(where, role, ROLES)
    return {role: _members(f"{where}.{role}", members) for role, members in raw.items()}


def _members(where: str, raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise values.refusal(where, raw, values.Unfit("settings.expected.members"))
    return tuple(_checked(where, values.slack_person, member) for member in raw)


def _people(where: str, raw: object) -> dict[str, str]:
    if not isinstance(raw, Mapping):
        raise values.refusal(where, raw, values.Unfit("settings.expected.table", where=where))
    return {name: _checked(f'{where}."{name}"', values.slack_user, user_id) for name, user_id in raw.items()}


def _check_together(where: str, made: Company) -> None:
    """Check the keys that depend on one another."""
    if made.policy not in made.policies:
        raise values.refusal(
            f"{where}.policy",
            made.policy,
            values.Unfit("settings.expected.listed", choices=sorted(made.policies)),
        )
    if made.mode is Mode.SANDBOX and not made.sandbox_to:
        raise SettingsError("settings.sandbox_to_missing", key=f"{where}.sandbox_to")
    if made.digest_at >= made.window[1]:
        raise values.refusal(
            f"{where}.digest_at",
            f"{made.digest_at:%H:%M}",
            values.Unfit("settings.expected.before_closing", closes=f"{made.window[1]:%H:%M}"),
        )


def _refuse_shared_channels(found: Mapping[str, Company]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for key, made in found.items():
        other = seen.setdefault((made.slack_team, made.slack_channel), key)
        if other != key:
            raise values.refusal(
                f"company.{key}.slack_channel",
                made.slack_channel,
                values.Unfit("settings.expected.other_channel", other=other),
            )
