"""What an e-invoice says, and what a message of its life says, as facts."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class TradeParty:
    """A party of an invoice."""

    name: str
    siren: str | None = None
    """Nine figures, of its SIREN, its SIRET, its French VAT number or its address on the platforms."""
    email: str | None = None
    contact: str | None = None
    phone: str | None = None
    address: str | None = None
    """Lines of its postal address."""


@dataclass(frozen=True, slots=True)
class EInvoice:
    """An invoice or a credit note as its XML says, amounts with their signs."""

    number: str
    type_code: str
    """UNTDID 1001; in ZUGFeRD 1 and in a CreditNote without one, as its kind says."""
    issue: date
    currency: str
    amount: Decimal
    """Including VAT, rounding included."""
    payable: Decimal | None
    """What is left to pay."""
    seller: TradeParty
    buyer: TradeParty
    due_dates: tuple[tuple[date, Decimal | None], ...] = ()
    """Each date with its part, where the file says one."""
    terms: str = ""
    discount: bool = False
    """Whether an early payment is rewarded."""
    order: str | None = None
    means_codes: tuple[str, ...] = ()
    """UNTDID 4461."""
    payee_ibans: tuple[str, ...] = ()
    corrects: tuple[str, ...] = ()
    """Numbers of earlier invoices that it names."""


@dataclass(frozen=True, slots=True)
class LifecycleStatus:
    """What a message (CDAR) says of one invoice."""

    number: str
    code: str
    """200 to 228, or 501."""
    said_at: datetime | None
    """As the message writes it, without a timezone."""
    seller_siren: str | None = None
    words: str = ""
    """The status in words, and its reason."""
    received: Decimal | None = None
    """Of 212: how much came in, where it is said."""


@dataclass(frozen=True, slots=True)
class EDocument:
    """One document of a file: its name, the invoice or the statuses in it."""

    name: str
    invoice: EInvoice | None = None
    statuses: tuple[LifecycleStatus, ...] = ()
    pdf: str | None = None
    """The invoice's PDF, where the document is one: the name of a file in the folder of what was read."""


def as_json(paper: EDocument) -> dict[str, Any]:
    """Return a paper in JSON."""
    told: dict[str, Any] = _plain(asdict(paper))
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def of_json(told: dict[str, Any]) -> EDocument:
    """Return the paper that was written in JSON."""
    return EDocument(
        told["name"],
        _invoice(told["invoice"]) if told["invoice"] else None,
        tuple(_status(each) for each in told["statuses"]),
        told["pdf"],
    )


def _invoice(told: dict[str, Any]) -> EInvoice:
    return EInvoice(
        **told
        | {
            "issue": date.fromisoformat(told["issue"]),
            "amount": Decimal(told["amount"]),
            "payable": _decimal(told["payable"]),
            "seller": TradeParty(**told["seller"]),
            "buyer": TradeParty(**told["buyer"]),
            "due_dates": tuple((date.fromisoformat(day), _decimal(part)) for day, part in told["due_dates"]),
            **{name: tuple(told[name]) for name in ("means_codes", "payee_ibans", "corrects")},
        }
    )


def _status(told: dict[str, Any]) -> LifecycleStatus:
    said = told["said_at"]
    return LifecycleStatus(
        **told
        | {
            "said_at": datetime.fromisoformat(said) if said else None,
            "received": _decimal(told["received"]),
        }
    )


def _decimal(told: str | None) -> Decimal | None:
    return None if told is None else Decimal(told)
