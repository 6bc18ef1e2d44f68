"""What one row of a file says, once read: an invoice or a credit note, and its customer."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from receivables.codes.addresses import AddressFault
from receivables.codes.files import FileMeaning
from receivables.codes.roles import ContactRole

NEAREST = (ContactRole.BILLING, ContactRole.ACCOUNTING, ContactRole.GENERAL)
"""Uses of an address, the nearest to a reminder first."""


@dataclass(slots=True)
class Client:
    """A customer as the file shows it, over all its rows. None: the file does not say."""

    name: str
    folded: str
    code: str | None = None
    siren: str | None = None
    kind: str | None = None
    language: str | None = None
    manager: str | None = None
    policy: str | None = None
    payer: str | None = None
    """Code or name of the customer who pays in its place."""
    phone: str | None = None
    contact: str | None = None
    credit_limit: Decimal | None = None
    penalty_rate: Decimal | None = None
    penalty_cell: tuple[int, str] | None = None
    """Line and header of the cell that says `penalty_rate`."""
    discount_rate: Decimal | None = None
    discount_days: int | None = None
    postal_address: str | None = None
    address_form: str | None = None
    statement: str | None = None
    uses: dict[str, ContactRole] = field(default_factory=dict)
    """Addresses that can be written to, each with its use by column or by name; BILLING: reminders."""
    unwritable: dict[str, AddressFault] = field(default_factory=dict)
    """Addresses to which nothing can be written, each with what is wrong with it."""
    fills: bool = False
    """The file speaks of invoices alone: of a customer it says only what the books do not know yet."""

    @property
    def emails(self) -> list[str]:
        """The addresses of the nearest use there is: reminders, then accounting, then any."""
        nearest = min(map(NEAREST.index, self.uses.values()), default=0)
        return [address for address, use in self.uses.items() if use is NEAREST[nearest]]

    @property
    def others(self) -> dict[str, ContactRole]:
        """The other addresses, kept with their use."""
        nearest = set(self.emails)
        return {address: use for address, use in self.uses.items() if address not in nearest}

    @property
    def key(self) -> str:
        """What tells customers apart: the code when there is one, else the folded name."""
        return self.code or self.folded


@dataclass(frozen=True, slots=True)
class ToldFact:
    """A fact that one column tells of an invoice."""

    field: str
    """The column, by Relance's name of it."""
    text: str
    """The cell as it stands; of a promise with its day, that day (ISO); of a flag, its title."""
    meaning: FileMeaning


@dataclass(slots=True)
class Record:
    """An invoice, or a credit note (`credit`), amounts positive, in `currency`."""

    line: int
    client: Client
    number: str
    made: bool
    issue: date | None
    due: date
    due_given: bool
    amount: Decimal | None
    """Including VAT. None: the file only says what is left."""
    currency: str | None
    """None: the file does not say; euros for a new invoice."""
    paid: Decimal | None = None
    left: Decimal | None = None
    settled: bool = False
    unpaid: bool = False
    """The file says in so many words that something is left to pay."""
    paid_on: date | None = None
    reminders: int | None = None
    reminded_on: tuple[date, ...] = ()
    """Days of reminders that columns name, some perhaps to come."""
    link: str | None = None
    pdf: str | None = None
    order: str | None = None
    """The customer's own order number."""
    means: str | None = None
    said: tuple[ToldFact, ...] = ()
    says_unpaid: bool = False
    """A status says in so many words that nothing came."""
    credit: bool = False
    withdrawn: bool = False
    """A credit note that was cancelled: nothing is left of it."""
    instalments: tuple[tuple[date, Decimal], ...] = ()
    """Due dates and amounts, where the invoice itself names several; they make up `amount`."""
    whole: str | None = None
    """Of an instalment: the number of its invoice, `number` being its own."""
    part: int | None = None
    """Which instalment it is, from 1."""


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """What an e-invoicing platform says became of an invoice."""

    line: int
    number: str
    code: str
    """200 to 228, or 501."""
    text: str
    """Code and words, with the reason."""
    said_at: datetime | None
    """As the message writes it."""
    received: Decimal | None
    """Of 212: how much came in, where that is said."""
