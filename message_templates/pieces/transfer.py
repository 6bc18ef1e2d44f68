"""How a customer pays by transfer: the motive to write, the code to scan, the IBAN in groups.

Mails, statements and letters say the same motive, in words and in the code.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from message_templates.catalogue import tell
from message_templates.formats import iban
from message_templates.pages import qr_code, transfer_code
from message_templates.pieces.foreign import clean
from message_templates.writer import writer
from receivables.codes.messages import MessageKind
from receivables.company import Company
from receivables.language import Language

MOTIVE = 140
"""Signs that a transfer carries."""
NUMBERS = 5
"""Invoices that a motive names, at most."""
ALL_THAT_FIT = MOTIVE
"""For public bodies, whose payments are known by the invoices of an order: all that a transfer carries."""
_WHO = 60


def motive(
    numbers: Sequence[str],
    who: str | None,
    day: date,
    language: str,
    *,
    what: MessageKind = MessageKind.REMINDER,
    also: str = "",
    most: int = NUMBERS,
) -> str:
    """Return what to write as the motive of a transfer for these invoices; nothing for none.

    More invoices than banks leave room for are one motive: `who` pays, its code with us or its name, and the
    day of the message that asks. `what` asks: a reminder, invoices that are not late, a statement, an
    instalment. `also` is what else the transfer is about (credit notes that are deducted), where it fits.
    `most` is how many numbers it names, as far as they fit.
    """
    text = clean(" ".join(numbers))
    if summed_up(numbers, most):
        said, on = clean(who)[:_WHO].strip(), writer(language).day_month(day)
        text = tell(f"mail.motive.{what}", Language(language), who=said, day=on).strip()
    whole = f"{text} {clean(also)}" if text and also else text
    return whole if len(whole) <= MOTIVE else text


def summed_up(numbers: Sequence[str], most: int = NUMBERS) -> bool:
    """Whether there are more invoices than a motive names, so that it names who pays instead."""
    text = clean(" ".join(numbers))
    return bool(text) and (len(numbers) > most or len(text) > MOTIVE)


def code(company: Company, due: Decimal, text: str) -> bytes | None:
    """Return the code of a transfer of `due` euros; None without an IBAN or an amount to pay.

    Raises SettingsError when the IBAN is wrong.
    """
    if not company.iban or not transfer_code.LEAST <= due <= transfer_code.MOST:
        return None
    return qr_code.png(transfer_code.payload(company.name, company.iban, due, text))


def grouped(company: Company) -> str:
    """Return the company's IBAN in groups of four, or nothing."""
    return _grouped(company.iban) if company.iban else ""


@lru_cache(maxsize=64)
def _grouped(value: str) -> str:
    return iban(value)
