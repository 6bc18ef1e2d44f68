"""How the parts are put together: database, Slack client, way out for mail."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from sqlalchemy.exc import OperationalError

from bot.slack.gate import GatedClient
from message_templates.catalogue import TEAM, tell
from receivables.codes.mail_access import Way
from receivables.company import Company
from receivables.errors import RelanceError
from receivables.signing import Keys
from relance import samples
from relance.settings import Settings
from relance.texts import check_texts
from scheduler.delivery import Down, Result, Senders
from scheduler.email.mailer import transport
from scheduler.email.sender import by_mail
from scheduler.email.transport import Envelope, Transport
from scheduler.inbox.imap import address_of
from scheduler.inbox.reading import Inbox, inbox
from scheduler.mail_access.tokens import Tokens
from scheduler.mail_access.watch import Watch
from store import signing
from store.db.engine import Database
from store.db.upgrade import upgrade
from store.mail_access.sealing import Seal

SLACK_TIMEOUT_SECONDS = 10


def open_database(url: str) -> Database:
    """Open the books' database, its schema brought up to date. Raises RelanceError."""
    database = Database(url)
    try:
        upgrade(database)
    except OperationalError as error:
        database.close()
        raise RelanceError("books.database_down") from error
    except BaseException:
        database.close()
        raise
    return database


def slack_client(settings: Settings) -> WebClient | None:
    """Return the client of Slack's Web API; None without a bot token.

    It waits when Slack says so (429). It does not repeat a call of unknown fate: that could post twice, and
    who posts looks first (DESIGN 3).
    """
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        return None
    return GatedClient(
        token=token,
        base_url=settings.slack_api_url,
        timeout=SLACK_TIMEOUT_SECONDS,
        ssl=ssl.create_default_context(),
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=2)],
    )


@dataclass(frozen=True)
class NoMail:
    """The way out when none is set up: nothing leaves, nothing is marked sent."""

    def ready(self) -> Down | None:
        """Say what is missing."""
        return Down(tell("transport.no_smtp", TEAM))

    def send(self, mail: Envelope) -> Result:  # noqa: ARG002 - the signature is Transport's
        """Refuse: nobody should ask, since `ready` said no."""
        return Down(tell("transport.no_smtp", TEAM))

    def close(self) -> None:
        """Nothing is held open."""


MailTokens = Mapping[Way, Tokens]
"""What opens the mail servers in place of passwords; none of a way that has a password, or is not set up."""
BY_PASSWORD: MailTokens = {}


def mail_tokens(settings: Settings, database: Database) -> MailTokens:
    """Return the tokens of the mail accounts that are opened by them, for all companies."""
    if not settings.mail_accounts:
        return {}
    seal = Seal(settings.secrets)
    return {way: Tokens(account, way, database, seal) for way, account in settings.mail_accounts.items()}


def watch(database: Database, companies: Mapping[str, Company], tokens: MailTokens) -> Watch | None:
    """Return what looks after the tokens; None when there are none."""
    return Watch(database, companies, tuple(tokens.values())) if tokens else None


def mail(settings: Settings, tokens: MailTokens = BY_PASSWORD) -> Transport:
    """Return the way out that `SMTP_URL` names. Raises SettingsError."""
    url = settings.smtp_url.get_secret_value()
    return transport(url, tokens.get(Way.SMTP)) if url else NoMail()


def signing_keys(settings: Settings, database: Database) -> Keys:
    """Return what signs what leaves: `RELANCE_SECRET`, else a secret made and kept in the database."""
    return signing.keys(database, settings.secrets)


def senders(settings: Settings, keys: Keys, tokens: MailTokens = BY_PASSWORD) -> Senders:
    """Return what takes the messages of each written channel. Raises SettingsError."""
    url = settings.smtp_url.get_secret_value()
    return {
        key: samples.guarded(sender, url) for key, sender in by_mail(mail(settings, tokens), keys).items()
    }


def mailbox(settings: Settings, keys: Keys, tokens: MailTokens) -> Inbox | None:
    """Return the mailbox that `IMAP_URL` names, for all companies; None when unset. Raises SettingsError."""
    url = settings.imap_url.get_secret_value()
    return inbox(address_of(url, tokens.get(Way.IMAP)), settings.companies, keys) if url else None


@dataclass(frozen=True)
class Running:
    """What a process that stays holds open."""

    settings: Settings
    database: Database
    client: WebClient | None

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def open_running(settings: Settings) -> Running:
    """Try the settings and texts, open the database and make the Slack client. Raises RelanceError."""
    samples.refuse(settings.companies.values(), settings.smtp_url.get_secret_value())
    check_texts(settings.companies.values())
    return Running(settings, open_database(settings.database_url), slack_client(settings))
