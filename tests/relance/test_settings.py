"""What `relance.toml` and the environment accept, and the sentence that refuses the rest."""

import re
import tomllib
import unicodedata
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from receivables.company import Company, Mode
from receivables.errors import SettingsError
from receivables.policy import parse_policies, shipped_policies
from relance.settings import load, load_companies, load_environment
from tests.refusals import refused, told

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "relance.example.toml"
SHORTEST = """
[company.durand]
name = "Atelier Durand SAS"
slack_channel = "C0RELANCES"
email_from = "compta@durand.example"
"""


def plain(error: pytest.ExceptionInfo[SettingsError]) -> str:
    """Return the sentence with ordinary spaces."""
    return unicodedata.normalize("NFKC", told(error.value))


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Return a reader of the company described by a text."""

    def read(text: str) -> Company:
        path = tmp_path / "relance.toml"
        path.write_text(text, encoding="utf-8")
        return load_companies(path)["durand"]

    return read


def test_the_example_loads_and_says_what_it_shows() -> None:
    company = load_companies(EXAMPLE)["durand"]
    assert company.name == "Atelier Durand SAS"
    assert company.window == (time(10), time(17, 30))
    assert company.minimum_amount == Decimal("5.00")
    assert company.approval_above is None
    assert company.max_age is None
    assert company.mode is Mode.DRAFT
    assert company.roles["finance"] == ("U0MARIE", "S0COMPTA")
    assert company.people == {"Sophie Martin": "U0SOPHIE"}
    assert company.templates == str(ROOT / "templates")


def test_the_example_shows_every_key_and_every_shipped_policy_in_full() -> None:
    written = EXAMPLE.read_text(encoding="utf-8")
    own = re.findall(r"(?m)^# (\w+) = \"…\"", written)
    raw = tomllib.loads(written)
    assert parse_policies(raw["policy"]) == shipped_policies()
    no_settings = {"key", "policies", "channels"}
    shown = set(raw["company"]["durand"]) | set(own) | no_settings
    assert shown == set(Company.__dataclass_fields__)


def test_three_keys_are_enough(read: Any) -> None:
    company = read(SHORTEST)
    assert company == Company(
        key="durand",
        name="Atelier Durand SAS",
        slack_channel="C0RELANCES",
        email_from="compta@durand.example",
        policies=shipped_policies(),
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('polcy = "strict"', "company.durand.polcy : clé inconnue ; vouliez-vous dire « policy » ?"),
        ('policy = "dur"', "company.durand.policy : « dur » ; attendu cinq-etapes, particulier, public"),
        ('iban = "FR7630006000011234567890188"', "company.durand.iban : « FR7630006000011234567890188 »"),
        ('siren = "732829321"', "company.durand.siren : « 732829321 » ; attendu un SIREN"),
        ('timezone = "Paris"', "company.durand.timezone : « Paris » ; attendu un fuseau horaire"),
        ('timezone = "../etc"', "company.durand.timezone"),
        ('language = "en"', "company.durand.language : « en » ; attendu fr"),
        ('holidays = "FR-XX"', "company.durand.holidays : « FR-XX » ; attendu un calendrier"),
        ('holidays = "FR-GES"', "company.durand.holidays"),
        (
            'closed = "2026-12-24"',
            'closed : « 2026-12-24 » ; attendu une liste de jours, comme ["2026-12-24"',
        ),
        (
            'closed = ["24/12/2026"]',
            "company.durand.closed : « ['24/12/2026'] » ; attendu une liste de jours",
        ),
        (
            'closed = ["2026-02-30"]',
            "company.durand.closed : « ['2026-02-30'] » ; attendu une liste de jours",
        ),
        ("closed = [20261224]", "company.durand.closed : « [20261224] » ; attendu une liste de jours"),
        (
            'closed = ["2026-08-21..2026-08-03"]',
            "attendu une période dont la fin suit le début, de 120 jours",
        ),
        (
            'closed = ["2026-08-03..2027-08-21"]',
            "attendu une période dont la fin suit le début, de 120 jours",
        ),
        ('closed = ["2026-08-03.."]', "company.durand.closed : « ['2026-08-03..'] » ; attendu une liste"),
        ('reply_to = "compta@"', "company.durand.reply_to : « compta@ » ; attendu une adresse e-mail"),
        ('reply_to = "rené@durand.example"', "sans accent avant l'arobase"),
        ('digest_at = "8h30"', 'company.durand.digest_at : « 8h30 » ; attendu une heure, comme "08:30"'),
        (
            'digest_at = "18:00"',
            "company.durand.digest_at : « 18:00 » ; attendu une heure avant la fermeture",
        ),
        ('window = ["17:30", "10:00"]', "company.durand.window"),
        ('window = "10:00"', 'attendu deux heures, comme ["10:00", "17:30"]'),
        ("min_gap_days = -1", "company.durand.min_gap_days : « -1 » ; attendu un nombre entier, de 0 à 60"),
        ("grace_days = true", "company.durand.grace_days : « True » ; attendu un nombre entier"),
        ("max_messages = 0", "company.durand.max_messages : « 0 » ; attendu un nombre entier, de 1"),
        ("minimum_amount = 5.0", "company.durand.minimum_amount : « 5.0 » ; attendu un montant entre"),
        ('minimum_amount = "5,00"', "company.durand.minimum_amount"),
        ('approval_above = "on"', 'company.durand.approval_above : « on » ; attendu "off" ou un montant'),
        ('max_age = "36"', 'company.durand.max_age : « 36 » ; attendu "off", un nombre d\'heures ("36h")'),
        ('max_age = "0h"', "company.durand.max_age"),
        ('mode = "test"', "company.durand.mode : « test » ; attendu draft | sandbox | manual | live"),
        ('mode = "sandbox"', "company.durand.sandbox_to : clé manquante"),
        ('slack_team = "durand"', "company.durand.slack_team : « durand » ; attendu l'identifiant"),
        ('roles = ["U0PAUL"]', "company.durand.roles : « ['U0PAUL'] » ; attendu une table"),
        ('roles.finances = ["U0MARIE"]', "company.durand.roles.finances : clé inconnue ; vouliez-vous dire"),
        ('roles.finance = "U0MARIE"', "company.durand.roles.finance : « U0MARIE » ; attendu une liste"),
        ('roles.finance = ["marie"]', "company.durand.roles.finance : « marie » ; attendu l'identifiant"),
        ('people."Léa" = "Léa"', 'company.durand.people."Léa" : « Léa » ; attendu l\'identifiant'),
        ('templates = ""', "company.durand.templates : «  » ; attendu un texte"),
    ],
)
def test_a_wrong_key_is_named_with_what_is_expected(read: Any, line: str, sentence: str) -> None:
    with refused(SettingsError) as error:
        read(SHORTEST + line)
    assert sentence in plain(error).replace("’", "'")


def test_own_closed_days_are_days_and_spans_with_both_ends(read: Any) -> None:
    line = 'closed = ["2026-12-24", 2026-12-31, "2026-08-03..2026-08-05", "2026-08-05 .. 2026-08-06"]'
    days = {"2026-12-24", "2026-12-31", *(f"2026-08-0{number}" for number in range(3, 7))}
    assert {day.isoformat() for day in read(SHORTEST + line).closed} == days


@pytest.mark.parametrize("key", ["name", "slack_channel", "email_from"])
def test_a_missing_key_is_named(read: Any, key: str) -> None:
    kept = "\n".join(line for line in SHORTEST.splitlines() if not line.startswith(key))
    with refused(SettingsError) as error:
        read(kept)
    assert f"company.durand.{key} : clé manquante" in plain(error)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "company : aucune société"),
        ("compagny = 1", "compagny : clé inconnue ; vouliez-vous dire « company » ?"),
        ("company = 3", "company : aucune société"),
        ("company.durand = 3", "company.durand : « 3 » ; attendu une table [company.durand]"),
        ('company."Ma Société".name = "x"', "company : « Ma Société » ; attendu une clé"),
        ("[company.durand]\nname = Durand", "relance.toml, ligne 2, colonne 8"),
        (SHORTEST + "policy = [1]\n[policy]\nstandard = 1", "policy.standard.step"),
    ],
)
def test_a_broken_file_says_where(read: Any, text: str, sentence: str) -> None:
    with refused(SettingsError) as error:
        read(text)
    assert sentence in plain(error)


def test_a_missing_file_says_what_to_copy(tmp_path: Path) -> None:
    with refused(SettingsError, match=r"relance\.example\.toml"):
        load_companies(tmp_path / "absent.toml")


def test_a_file_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "relance.toml"
    path.write_bytes(SHORTEST.replace("Atelier", "Société").encode("latin-1"))
    with refused(SettingsError, match="UTF-8"):
        load_companies(path)


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "relance.toml"
    path.write_text(SHORTEST, encoding="utf-8-sig")
    assert set(load_companies(path)) == {"durand"}


def test_two_companies_cannot_share_a_channel(read: Any) -> None:
    with refused(SettingsError) as error:
        read(SHORTEST + SHORTEST.replace("durand]", "martin]"))
    assert "company.martin.slack_channel" in plain(error)


def test_limits_with_units(read: Any) -> None:
    company = read(SHORTEST + 'max_age = "36h"\napproval_above = "10000.00"\nmode = "live"')
    assert company.max_age == timedelta(hours=36)
    assert company.approval_above == Decimal("10000.00")
    assert read(SHORTEST + 'max_age = "3d"').max_age == timedelta(days=3)


def test_a_policy_of_the_file_replaces_the_shipped_one(read: Any) -> None:
    step = '\n[[policy.standard.step]]\nkey = "ferme"\nday = 9\ntemplate = "firm"\n'
    company = read(SHORTEST + step)
    assert [step.day for step in company.policies["standard"].steps] == [9]
    assert company.policies["strict"] == shipped_policies()["strict"]


def test_the_environment_has_defaults_and_secrets_never_show() -> None:
    settings = load({"RELANCE_CONFIG": str(EXAMPLE), "SMTP_URL": "smtp://moi:secret@mail.example:587"})
    assert settings.database_url == "sqlite:///relance.db"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.smtp_url.get_secret_value() == "smtp://moi:secret@mail.example:587"
    assert "secret@" not in repr(settings)


def test_only_what_is_handed_over_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-the-machine")
    assert not load_environment({}).slack_bot_token


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1-secret", "xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-1-secret", "xapp-"),
        ("SLACK_API_URL", "slack.com", "https://…"),
        ("SMTP_URL", "secret.example", "smtp://…, smtps://… ou file:///dossier"),
        ("IMAP_URL", "https://secret", "imaps://"),
        ("PUBLIC_URL", "relance", "https://…"),
        ("RELANCE_SECRET", "a secret", "16 signes"),
        ("METRICS_TOKEN", "a token", "16 signes"),
        ("METRICS_TOKEN", "un jeton avec des espaces", "16 signes"),
        ("METRICS_TOKEN", "jeton-très-accentué", "16 signes"),
        ("LOG_LEVEL", "bavard", "DEBUG"),
        ("RELANCE_SECRET", "a long enough secret,short", "16 signes"),
    ],
)
def test_a_wrong_variable_is_named_and_its_value_is_not_shown(name: str, value: str, expected: str) -> None:
    with refused(SettingsError) as error:
        load_environment({name: value})
    assert plain(error).startswith(f"{name} : valeur refusée ; attendu ")
    assert unicodedata.normalize("NFKC", expected) in plain(error)
    assert "secret" not in told(error.value)


def test_the_first_of_several_secrets_signs_and_the_others_are_known() -> None:
    told = load({"RELANCE_CONFIG": "relance.example.toml", "RELANCE_SECRET": f"{'n' * 16}, {'o' * 16}"})
    assert told.secrets == ("n" * 16, "o" * 16)
    assert "n" * 16 not in repr(told)
    assert load({"RELANCE_CONFIG": "relance.example.toml"}).secrets == ()


def test_empty_variables_count_as_absent() -> None:
    assert load_environment({"DATABASE_URL": ""}).database_url.get_secret_value() == "sqlite:///relance.db"


# --- the rate of penalties -------------------------------------------------------------------------------


def load_with_rate(folder: Path, rate: str, day: str) -> Decimal | None:
    path = folder / "relance.toml"
    path.write_text(f'{SHORTEST}penalty_rate = "{rate}"\n', encoding="utf-8")
    now = datetime.fromisoformat(f"{day}T09:00:00+00:00")
    return load({"RELANCE_CONFIG": str(path)}, now=now).companies["durand"].penalty_rate


@pytest.mark.parametrize(
    ("rate", "day", "expected"),
    [
        ("7.86", "2026-06-30", "7.86"),
        ("8.28", "2025-12-31", "8.28"),
        ("8.25", "2026-11-22", "8.25"),
        ("0.10", "2031-01-01", "0.10"),  # nothing is known of that half-year: nothing to check against
    ],
)
def test_a_rate_of_penalties_at_the_floor_is_taken(
    tmp_path: Path, rate: str, day: str, expected: str
) -> None:
    assert load_with_rate(tmp_path, rate, day) == Decimal(expected)


def test_the_legal_rate_is_never_below_the_floor(tmp_path: Path) -> None:
    assert load_with_rate(tmp_path, "legal", "2026-06-30") is None


@pytest.mark.parametrize(
    ("rate", "day", "floor"),
    [
        ("7.85", "2026-06-30", "7,86 %, plancher légal du semestre 2026-S1 (trois fois"),
        ("8.24", "2026-07-01", "8,25 %, plancher légal du semestre 2026-S2, à confirmer"),
        ("10.00", "2025-06-30", "11,13 %, plancher légal du semestre 2025-S1"),
    ],
)
def test_a_rate_below_the_legal_floor_names_the_floor_and_the_half_year(
    tmp_path: Path, rate: str, day: str, floor: str
) -> None:
    with refused(SettingsError) as caught:
        load_with_rate(tmp_path, rate, day)
    assert "company.durand.penalty_rate" in plain(caught)
    assert f"au moins {floor}" in plain(caught)
