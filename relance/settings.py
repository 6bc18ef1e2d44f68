"""Settings: secrets and addresses from the environment, companies and policies from `relance.toml`."""

import logging
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from receivables.codes.mail_access import Way
from receivables.company import Company
from receivables.errors import SettingsError
from receivables.policy import Policy, parse_policies, shipped_policies
from relance import settings_values as values
from relance.settings_company import companies
from relance.settings_oauth import accounts
from relance.settings_rates import check_rates
from scheduler.email.mailer import SCHEMES
from scheduler.mail_access.account import MailAccount

SHORTEST_SECRET = 16
LEVELS = {name: logging.getLevelNamesMapping()[name] for name in ("DEBUG", "INFO", "WARNING", "ERROR")}
SLACK_API = "https://slack.com/api/"
_FIT_FOR_HEADERS = re.compile(r"[!-~]+")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


class Environment(BaseSettings):
    """The environment's part, by the names of the variables in lower case."""

    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True)

    database_url: SecretStr = SecretStr("sqlite:///relance.db")
    relance_config: str = "relance.toml"
    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_api_url: str = SLACK_API
    smtp_url: SecretStr = SecretStr("")
    imap_url: SecretStr = SecretStr("")
    public_url: str = ""
    relance_secret: SecretStr = SecretStr("")
    metrics_token: SecretStr = SecretStr("")
    log_level: str = "INFO"
    smtp_oauth: str = ""
    smtp_oauth_client_id: str = ""
    smtp_oauth_client_secret: SecretStr = SecretStr("")
    smtp_oauth_tenant: str = ""
    smtp_oauth_refresh_token: SecretStr = SecretStr("")
    smtp_oauth_service_account: SecretStr = SecretStr("")
    smtp_oauth_url: str = ""
    imap_oauth: str = ""
    imap_oauth_client_id: str = ""
    imap_oauth_client_secret: SecretStr = SecretStr("")
    imap_oauth_tenant: str = ""
    imap_oauth_refresh_token: SecretStr = SecretStr("")
    imap_oauth_service_account: SecretStr = SecretStr("")
    imap_oauth_url: str = ""

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what the caller hands over, and nothing behind its back."""
        return (init_settings,)

    @field_validator("slack_api_url", "public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("settings.expected.web_address")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _with_slash(cls, value: str) -> str:
        return value.rstrip("/") + "/"

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value().startswith(("xapp-", "xoxp-")):
            raise ValueError("settings.expected.bot_token")
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr) -> SecretStr:
        return _beginning(value, ("xapp-",), "settings.expected.app_token")

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr) -> SecretStr:
        return _beginning(value, SCHEMES, "settings.expected.mail_server")

    @field_validator("imap_url")
    @classmethod
    def _mailbox(cls, value: SecretStr) -> SecretStr:
        return _beginning(value, ("imap://", "imaps://"), "settings.expected.mailbox")

    @field_validator("metrics_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        shown = value.get_secret_value()
        if value and not (len(shown) >= SHORTEST_SECRET and _FIT_FOR_HEADERS.fullmatch(shown)):
            raise ValueError("settings.expected.token")
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value not in LEVELS:
            raise ValueError("settings.expected.log_level")
        return value

    @field_validator("relance_secret")
    @classmethod
    def _secret(cls, value: SecretStr) -> SecretStr:
        if any(len(each) < SHORTEST_SECRET for each in _listed(value)):
            raise ValueError("settings.expected.secret")
        return value


def _listed(value: SecretStr) -> tuple[str, ...]:
    return tuple(each.strip() for each in value.get_secret_value().split(",")) if value else ()


def _beginning(value: SecretStr, beginnings: tuple[str, ...], expected: str) -> SecretStr:
    if value and not value.get_secret_value().startswith(beginnings):
        raise ValueError(expected)
    return value


@dataclass(frozen=True)
class Settings:
    """All that the application is told. Secrets never show in its `repr`."""

    database_url: str = field(repr=False)
    companies: Mapping[str, Company] = field(repr=False)
    slack_bot_token: SecretStr
    slack_signing_secret: SecretStr
    slack_app_token: SecretStr
    slack_api_url: str
    smtp_url: SecretStr
    imap_url: SecretStr
    public_url: str
    relance_secret: SecretStr
    """Several are separated by commas: the first signs, the others are still believed."""
    metrics_token: SecretStr
    log_level: int
    mail_accounts: Mapping[Way, MailAccount]
    """Those that are opened by tokens, by what is opened."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets that sign, the one in use first; none when they are left to the database."""
        return _listed(self.relance_secret)


def load_environment(environ: Mapping[str, str]) -> Environment:
    """Read the variables of `environ`; empty ones count as absent. Raises SettingsError."""
    told = {name: environ[name.upper()] for name in Environment.model_fields if environ.get(name.upper())}
    try:
        return Environment(**told)  # type: ignore[arg-type]  # pydantic turns texts into secrets
    except ValidationError as error:
        first = error.errors()[0]
        expected = values.Unfit(first["msg"].removeprefix("Value error, "))
        name = str(first["loc"][0]).upper()
        raise SettingsError("settings.variable", name=name, expected=expected) from error


def load(environ: Mapping[str, str], *, now: datetime | None = None) -> Settings:
    """Read the environment and the `relance.toml` that it names. Raises SettingsError.

    `now` (the present unless said) tells which half-year's floor a rate of penalties must reach.
    """
    told = load_environment(environ)
    found = load_companies(Path(told.relance_config))
    check_rates(found.values(), now or datetime.now(UTC))
    urls = {Way.SMTP: told.smtp_url.get_secret_value(), Way.IMAP: told.imap_url.get_secret_value()}
    return Settings(
        database_url=told.database_url.get_secret_value(),
        companies=found,
        slack_bot_token=told.slack_bot_token,
        slack_signing_secret=told.slack_signing_secret,
        slack_app_token=told.slack_app_token,
        slack_api_url=told.slack_api_url,
        smtp_url=told.smtp_url,
        imap_url=told.imap_url,
        public_url=told.public_url,
        relance_secret=told.relance_secret,
        metrics_token=told.metrics_token,
        log_level=LEVELS[told.log_level],
        mail_accounts=accounts(told.model_dump(), urls, secret=bool(told.relance_secret)),
    )


def no_such_company(settings: Settings, key: str | None) -> SettingsError:
    """Return the error for a `--company` that does not exist."""
    return SettingsError("settings.no_such_company", key=key, known=list(settings.companies))


def load_companies(path: Path) -> dict[str, Company]:
    """Read the companies of one `relance.toml`, by key. Raises SettingsError."""
    raw = _read_toml(path)
    for key in raw:
        if key not in {"company", "policy"}:
            raise values.unknown("", key, ["company", "policy"])
    return companies(raw.get("company"), _policies(raw.get("policy", {})), path.resolve().parent)


def _policies(raw: object) -> Mapping[str, Policy]:
    if not isinstance(raw, Mapping):
        raise values.refusal("policy", raw, values.Unfit("settings.expected.policies"))
    return {**shipped_policies(), **parse_policies(raw)}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError("settings.config_unreadable", path=str(path)) from error
    except UnicodeDecodeError as error:
        raise SettingsError("settings.config_encoding", file=path.name) from error
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line, column = (place[1], place[2]) if place else (None, None)
        facts = {"file": path.name, "line": line, "column": column}
        raise SettingsError("settings.config_syntax", **facts) from error
