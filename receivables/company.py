"""The creditor as its settings describe it: letterhead, Slack place, policies, limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from receivables.calendar.workdays import Calendar
from receivables.codes.channels import CHANNELS, Channel, Reach
from receivables.codes.customers import StatementRhythm
from receivables.codes.penalties import Imputation
from receivables.codes.steps import Attach, AttachFrom
from receivables.language import Language
from receivables.policy import Policy, Step


class Mode(StrEnum):
    """How far automatic sending goes (SCHEDULE rule 20)."""

    DRAFT = "draft"
    SANDBOX = "sandbox"
    MANUAL = "manual"
    LIVE = "live"


@dataclass(frozen=True)
class Company:
    """One creditor. Built by `relance.settings` from `relance.toml`; never changed while running."""

    key: str
    name: str
    slack_channel: str
    email_from: str
    slack_team: str = ""
    language: Language = Language.FR
    """In which its own team is spoken to; customers have theirs."""
    siren: str = ""
    address: str = ""
    iban: str = ""
    timezone: str = "Europe/Paris"
    holidays: str = "FR"
    closed: frozenset[date] = frozenset()
    """Own closed days: they count as public holidays do."""
    reply_to: str = ""
    bounce_to: str = ""
    mode: Mode = Mode.DRAFT
    sandbox_to: str = ""
    policy: str = "standard"
    digest_at: time = time(8, 30)
    window: tuple[time, time] = (time(10, 0), time(17, 30))
    min_gap_days: int = 5
    grace_days: int = 2
    minimum_amount: Decimal = Decimal("5.00")
    max_messages: int = 200
    approval_above: Decimal | None = None
    max_age: timedelta | None = None
    templates: str = ""
    bic: str = ""
    phone: str = ""
    signatory: str = ""
    """Who signs letters: name and function."""
    notice_days: int = 8
    """Days that a formal notice leaves to pay."""
    penalty_rate: Decimal | None = None
    """Contract rate of late-payment penalties, percent a year; None: the legal default."""
    imputation: Imputation = Imputation.PRINCIPAL
    """What a part payment reduces first."""
    thank_you: bool = False
    statements: StatementRhythm = StatementRhythm.OFF
    """Who gets a statement of account, unless the customer's own setting says otherwise."""
    max_per_customer: int | None = None
    """Automatic messages to one customer in thirty days; None: no other limit than spacing."""
    legal_line: str = ""
    """What the law wants on a letterhead: form, capital, register and town."""
    mediator: str = ""
    """The mediator of consumers: name and site."""
    privacy_url: str = ""
    """Where customers read what becomes of their data."""
    e_invoicing: bool = False
    """Whether invoices go by a platform: the PDF that goes with a mail is a copy."""
    attach_invoice_from: AttachFrom = AttachFrom.FIRST_CORRECTIVE
    """From where on copies of invoices go with mails whose steps say nothing of it."""
    invoices_folder: str = ""
    """Where the PDFs of invoices lie: `pdf_path` is relative to it."""
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=lambda: CHANNELS)
    """By what steps reach customers, by key."""

    @cached_property
    def zone(self) -> ZoneInfo:
        """The company's timezone; it says what "today" is."""
        return ZoneInfo(self.timezone)

    @cached_property
    def written(self) -> tuple[Channel, ...]:
        """The channels by which messages leave of themselves."""
        return tuple(channel for channel in self.channels.values() if channel.written)

    def channel(self, key: str) -> Channel:
        """Return the channel of that key; where the company has it no more, one by which nothing is sent."""
        return self.channels.get(key) or Channel(key, None)

    @cached_property
    def reaches(self) -> tuple[Reach, ...]:
        """What these channels write to."""
        return tuple({channel.reach: None for channel in self.written if channel.reach is not None})

    @cached_property
    def calendar(self) -> Calendar:
        """The company's open days."""
        return Calendar(self.holidays, self.closed)

    def day_of(self, instant: datetime) -> date:
        """Return the company's local date at the aware `instant`."""
        return instant.astimezone(self.zone).date()

    def instant(self, day: date, at: time) -> datetime:
        """Return the UTC instant of local `day` and time `at`."""
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def attached_to(self, step: Step) -> Attach:
        """Return what goes with the message of a step: what it says itself, else what the company says."""
        if step.attach is not None:
            return step.attach
        always = self.attach_invoice_from is AttachFrom.ALWAYS
        late = self.attach_invoice_from is AttachFrom.FIRST_CORRECTIVE and not step.preventive
        return Attach.INVOICE if always or late else Attach.NONE

    def policy_for(self, key: str | None) -> Policy:
        """Return the policy named `key`, or the company's own when it has none or an unknown one."""
        return self.policies.get(key or self.policy) or self.policies[self.policy]
