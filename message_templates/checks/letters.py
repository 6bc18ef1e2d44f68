"""A company's own letters, tried at start: each is set from samples before anything is printed.

Without a file of its own under `letter/` nothing is tried: the shipped texts are held by tests.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from message_templates.checks.courtesies import full_statement
from message_templates.pages import pdf
from message_templates.pieces.letter import values_of
from message_templates.pieces.statement import StatementContext, page_values
from receivables.codes.customers import CustomerKind
from receivables.company import Company
from receivables.errors import SettingsError
from receivables.letters import LetterContext, LetterCredit, LetterItem

_TODAY = date(2026, 12, 1)
_AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
LANGUAGES = {"letter": "fr", "letter/en": "en"}
"""By folder: the language of the texts in it."""
STATEMENT = "statement"


def check_letters(folder: Path, wanted: Iterable[str] = ()) -> None:
    """Set every letter of a company's templates folder, and those that its policies want, from samples.

    Raises SettingsError, naming the file, the line and what is wrong with it.
    """
    pdf.forget()
    own = set(_own(folder))
    if any(name.rpartition("/")[2].startswith("_") for name in own):
        own |= set(pdf.shipped())
    missing = {f"letter/{name}" for name in wanted} - set(pdf.shipped())
    for name in sorted({each for each in own if not each.rpartition("/")[2].startswith("_")} | missing):
        for values in _samples(name):
            pdf.pdf(name, values, overrides=folder, at=_AT)


def _own(folder: Path) -> Iterator[str]:
    """Yield the letters among the company's files, as `pdf.pdf` takes them; other files are pictures."""
    for place in LANGUAGES:
        base = folder / place
        for file in sorted(base.iterdir()) if base.is_dir() else ():
            if file.suffix == ".typ" and not file.name.startswith("."):
                yield f"{place}/{file.stem}"


def known(folder: Path | None) -> frozenset[str]:
    """Return the names of the letters that a step may send: shipped ones and the company's own."""
    names = {*pdf.shipped(), *(_own(folder) if folder is not None else ())}
    plain = {name.rpartition("/")[2] for name in names}
    return frozenset(name for name in plain if not name.startswith("_")) - {STATEMENT}


def _samples(name: str) -> Iterator[Mapping[str, object]]:
    """Yield the values that the text is set from, in the language of its folder."""
    place, _, text = name.rpartition("/")
    language = LANGUAGES.get(place)
    if language is None:
        raise SettingsError("templates.no_letter", name=name)
    if text == STATEMENT:
        told = StatementContext(_company(), "Client Modèle", full_statement(), language=language)
        yield page_values(told)
        return
    for kind in ("business", "public", "consumer", "unknown"):
        yield values_of(_letter(text, language, kind))


def _letter(template: str, language: str, kind: str) -> LetterContext:
    business = kind in {CustomerKind.BUSINESS, CustomerKind.PUBLIC}
    items = (_item(1, bears=business), _item(2, currency="CHF", bears=business))
    return LetterContext(
        company=_company(),
        customer_id=1,
        customer="Client Modèle",
        day=_TODAY,
        template=template,
        address=("1 rue du Modèle", "75001 Paris"),
        kind=kind,
        items=items if kind == CustomerKind.BUSINESS else items[:1],
        credits=(LetterCredit(amount=Decimal(20), number="AV-1"),),
        earlier=(_TODAY - timedelta(days=20),),
        language=language,
    )


def _item(number: int, *, currency: str = "EUR", bears: bool) -> LetterItem:
    return LetterItem(
        invoice_id=number,
        number=f"F-{number}",
        issue_date=_TODAY - timedelta(days=60),
        due_date=_TODAY - timedelta(days=30),
        days_late=30,
        amount=Decimal(1200),
        claimed=Decimal(1000),
        currency=currency,
        interest=Decimal("9.99") if bears else Decimal(0),
        indemnity=Decimal(40) if bears else Decimal(0),
        bears=bears,
    )


def _company() -> Company:
    return Company(
        key="modele",
        name="Société Modèle",
        slack_channel="C0",
        email_from="compta@modele.example",
        siren="732829320",
        address="2 rue du Modèle, 44000 Nantes",
        iban="FR7630006000011234567890189",
        reply_to="compta@modele.example",
        phone="01 02 03 04 05",
        signatory="Dominique Durand, gérance",
    )
