"""Settings of mail accounts that are opened by tokens: what each ground needs, what is refused by name."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from receivables.codes.mail_access import Grant, Provider, Way
from receivables.errors import SettingsError
from relance.settings import load
from scheduler.mail_access.account import MailAccount
from tests.refusals import refused, told
from tests.relance.conftest import SETTINGS
from tests.token_server import KEY, SERVICE_ACCOUNT

MICROSOFT = {"SMTP_OAUTH": "microsoft", "SMTP_OAUTH_CLIENT_ID": "id", "SMTP_OAUTH_TENANT": "durand.example"}
GOOGLE = {"SMTP_OAUTH": "google", "SMTP_OAUTH_CLIENT_ID": "id", "SMTP_OAUTH_CLIENT_SECRET": "a~secret"}
SERVICE = {"SMTP_OAUTH": "google", "SMTP_OAUTH_SERVICE_ACCOUNT": json.dumps(SERVICE_ACCOUNT)}


def environ(folder: Path, **told: str) -> dict[str, str]:
    path = folder / "relance.toml"
    path.write_text(SETTINGS, encoding="utf-8")
    return {
        "RELANCE_CONFIG": str(path),
        "RELANCE_SECRET": "s" * 32,
        "SMTP_URL": "smtp://relances%40durand.example@smtp.example:587",
        "IMAP_URL": "imaps://relances%40durand.example@imap.example",
        **told,
    }


def account(folder: Path, **told: str) -> MailAccount:
    return load(environ(folder, **told)).mail_accounts[Way.SMTP]


@pytest.mark.parametrize(
    ("told", "grant", "scopes"),
    [
        (MICROSOFT, Grant.CONSENT, ["https://outlook.office365.com/SMTP.Send", "offline_access"]),
        (
            {**MICROSOFT, "SMTP_OAUTH_CLIENT_SECRET": "x"},
            Grant.CLIENT,
            ["https://outlook.office365.com/.default"],
        ),
        (
            {**MICROSOFT, "SMTP_OAUTH_CLIENT_SECRET": "x", "SMTP_OAUTH_REFRESH_TOKEN": "y"},
            Grant.CONSENT,
            ["https://outlook.office365.com/SMTP.Send", "offline_access"],
        ),
        (GOOGLE, Grant.CONSENT, ["https://mail.google.com/"]),
        (SERVICE, Grant.SERVICE_ACCOUNT, ["https://mail.google.com/"]),
    ],
)
def test_what_is_given_tells_the_ground(
    tmp_path: Path, told: dict[str, str], grant: Grant, scopes: list[str]
) -> None:
    found = account(tmp_path, **told)
    assert (found.grant, list(found.scopes), found.user) == (grant, scopes, "relances@durand.example")


def test_by_default_the_providers_are_asked_at_their_own_addresses(tmp_path: Path) -> None:
    microsoft, google = account(tmp_path, **MICROSOFT), account(tmp_path, **GOOGLE)
    assert microsoft.token_url == "https://login.microsoftonline.com/durand.example/oauth2/v2.0/token"
    assert microsoft.device_url == "https://login.microsoftonline.com/durand.example/oauth2/v2.0/devicecode"
    assert microsoft.consent_url == "https://login.microsoftonline.com/durand.example/oauth2/v2.0/authorize"
    assert google.token_url == "https://oauth2.googleapis.com/token"
    assert google.consent_url == "https://accounts.google.com/o/oauth2/v2/auth"
    assert (microsoft.provider, google.provider) == (Provider.MICROSOFT, Provider.GOOGLE)


def test_the_key_of_a_service_account_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_text(json.dumps(SERVICE_ACCOUNT))
    found = account(tmp_path, SMTP_OAUTH="google", SMTP_OAUTH_SERVICE_ACCOUNT=str(file))
    assert found.service is not None
    assert found.service.key.private_numbers() == KEY.private_numbers()
    assert found.token_url == "https://oauth2.googleapis.com/token"  # never where the file says


def test_one_application_and_mailbox_for_both_ways_is_one_account(tmp_path: Path) -> None:
    both = {**MICROSOFT, **{name.replace("SMTP", "IMAP"): value for name, value in MICROSOFT.items()}}
    found = load(environ(tmp_path, **both)).mail_accounts
    assert found[Way.SMTP] == found[Way.IMAP]
    assert len(found[Way.SMTP].scopes) == 3
    other = load(environ(tmp_path, **{**both, "IMAP_OAUTH_CLIENT_ID": "another"})).mail_accounts
    assert other[Way.SMTP].name != other[Way.IMAP].name


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "no provider of ours": ({"SMTP_OAUTH": "yahoo"}, "SMTP_OAUTH : valeur refusée"),
    "parts without the whole": ({"IMAP_OAUTH_CLIENT_ID": "x"}, "IMAP_OAUTH : absente"),
    "no application": ({"SMTP_OAUTH": "microsoft"}, "SMTP_OAUTH_CLIENT_ID : absente"),
    "no tenant": ({**MICROSOFT, "SMTP_OAUTH_TENANT": ""}, "SMTP_OAUTH_TENANT : absente"),
    "a tenant that leads elsewhere": (
        {**MICROSOFT, "SMTP_OAUTH_TENANT": "a/../b"},
        "SMTP_OAUTH_TENANT : val",
    ),
    "google without secret": ({**GOOGLE, "SMTP_OAUTH_CLIENT_SECRET": ""}, "SMTP_OAUTH_CLIENT_SECRET : abs"),
    "google with a tenant": ({**GOOGLE, "SMTP_OAUTH_TENANT": "x"}, "SMTP_OAUTH_TENANT : ne sert à rien"),
    "microsoft with a service account": (
        {**MICROSOFT, "SMTP_OAUTH_SERVICE_ACCOUNT": "{}"},
        "SMTP_OAUTH_SERVICE_ACCOUNT : ne sert à rien",
    ),
    "a service account and a consent": (
        {**SERVICE, "SMTP_OAUTH_REFRESH_TOKEN": "x"},
        "SMTP_OAUTH_REFRESH_TOKEN : ne sert à rien",
    ),
    "no key": ({**SERVICE, "SMTP_OAUTH_SERVICE_ACCOUNT": "{}"}, "SMTP_OAUTH_SERVICE_ACCOUNT : valeur"),
    "no file": ({**SERVICE, "SMTP_OAUTH_SERVICE_ACCOUNT": "/nowhere"}, "SMTP_OAUTH_SERVICE_ACCOUNT : valeur"),
    "a password too": ({**GOOGLE, "SMTP_URL": "smtp://a%40b.fr:secret@smtp.example"}, "SMTP_URL : avec"),
    "no mailbox": ({**GOOGLE, "SMTP_URL": "smtp://smtp.example"}, "SMTP_URL : avec SMTP_OAUTH"),
    "a folder": ({**GOOGLE, "SMTP_URL": "file:///tmp/x"}, "SMTP_URL : avec SMTP_OAUTH"),
    "no mail server": ({**GOOGLE, "SMTP_URL": ""}, "SMTP_URL : avec SMTP_OAUTH"),
    "no secret of the installation": ({**GOOGLE, "RELANCE_SECRET": ""}, "RELANCE_SECRET : absente"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_work_is_refused_by_name_and_no_value_is_shown(tmp_path: Path, what: str) -> None:
    parts, sentence = REFUSED[what]
    with refused(SettingsError) as error:
        load(environ(tmp_path, **parts))
    said = unicodedata.normalize("NFKC", told(error.value))
    assert said.startswith(sentence), said
    for secret in ("a~secret", ":secret@", "PRIVATE"):
        assert secret not in said


@pytest.mark.parametrize(
    ("url", "fit"),
    [
        ("https://login.microsoftonline.us", True),
        ("https://login.microsoftonline.us/", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("http://localhost:8080", True),
        ("http://login.example", False),
        ("http://127.0.0.1.example", False),
        ("http://localhost@login.example", False),
        ("http://0.0.0.0", False),
        ("http://10.0.0.1", False),
        ("https://user:pass@login.example", False),
        ("https://login.example/?a=b", False),
        ("ftp://127.0.0.1", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://[::1", False),
        ("https://login.example:port", False),
    ],
)
def test_tokens_are_asked_for_over_tls_or_on_this_machine(tmp_path: Path, url: str, fit: bool) -> None:
    parts: dict[str, Any] = environ(tmp_path, **GOOGLE, SMTP_OAUTH_URL=url)
    if fit:
        assert load(parts).mail_accounts[Way.SMTP].token_url == f"{url.rstrip('/')}/token"
    else:
        with refused(SettingsError, match="SMTP_OAUTH_URL"):
            load(parts)
