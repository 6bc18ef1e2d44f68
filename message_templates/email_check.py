"""A company's own templates, tried at start: each is filled in with samples before any customer sees it."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError, UndefinedError

from message_templates import email_templates
from message_templates.email import (
    BrokenPromise,
    Credit,
    EmailContext,
    EmailLine,
    Rendered,
    render_email,
)
from receivables.company import Company
from receivables.errors import SettingsError

_TODAY = date(2026, 12, 1)


def check_templates(company_folder: Path | None, wanted: Iterable[str] = ()) -> None:
    """Try every e-mail of a company's templates folder, and those that its policies want, against samples.

    Raises SettingsError, naming the file and what is wrong with it.
    """
    if company_folder is not None and not company_folder.is_dir():
        raise SettingsError(f"templates\u00a0: le dossier {company_folder} n’existe pas")
    email_templates.forget()
    own = set(_own(company_folder)) if company_folder else set()
    for name in sorted(email_templates.shipped() | own | set(wanted)):
        for sample in samples():
            _try(name, sample, company_folder)


def _own(folder: Path) -> Iterator[str]:
    """Yield the names of the e-mails in the company's folder; a file that would do nothing is refused."""
    base = folder / "email"
    for place in sorted(base.iterdir()) if base.is_dir() else ():
        if place.name.startswith(("_", ".")) or not place.is_dir():
            continue
        for file in place.iterdir():
            if file.name not in email_templates.FILES and not file.name.startswith((".", "_")):
                expected = ", ".join(email_templates.FILES)
                raise SettingsError(f"{file}\u00a0: fichier inattendu\u202f; attendu {expected}")
        yield place.name


def _try(name: str, sample: EmailContext, folder: Path | None) -> None:
    try:
        rendered = render_email(sample, name, folder)
    except TemplateNotFound as error:
        raise SettingsError(f"modèle d’e-mail introuvable\u00a0: email/{error.name}") from error
    except TemplateSyntaxError as error:
        where = error.filename or f"email/{error.name}"
        raise SettingsError(f"{where}, ligne {error.lineno}\u00a0: {error.message}") from error
    except UndefinedError as error:
        raise SettingsError(f"modèle d’e-mail email/{name}\u00a0: valeur inconnue, {error}") from error
    except (TemplateError, TypeError, ValueError, AttributeError) as error:
        raise SettingsError(f"modèle d’e-mail email/{name}\u00a0: {error}") from error
    _check_words(name, rendered)


def _check_words(name: str, rendered: Rendered) -> None:
    for file, words in zip(
        email_templates.FILES, (rendered.subject, rendered.text, rendered.html), strict=True
    ):
        if not words.strip():
            raise SettingsError(f"modèle d’e-mail email/{name}/{file}\u00a0: il ne dit rien")


def samples() -> Iterator[EmailContext]:
    """Yield situations a template must stand: one item, several, credits, a broken promise, nobody named."""
    company = Company(
        key="modele",
        name="Société Modèle",
        slack_channel="C0",
        email_from="compta@modele.example",
        siren="732829320",
        iban="FR7630006000011234567890189",
        reply_to="compta@modele.example",
    )
    one, two, coming = _line(1, 12), _line(2, 1, currency="CHF"), _line(3, -4)
    plain = EmailContext(company=company, customer="Client Modèle", today=_TODAY, lines=(one,))
    yield plain
    yield EmailContext(company=company, customer="Client Modèle", today=_TODAY, lines=(coming,))
    yield EmailContext(
        company=company,
        customer="Client Modèle",
        today=_TODAY,
        lines=(one, two, coming),
        contact="Camille Martin",
        owner="Dominique Durand",
        kind="business",
        credits=(Credit(Decimal(20), number="AV-1", day=_TODAY), Credit(Decimal(5))),
        broken=(BrokenPromise("F-1", _TODAY, Decimal(50)), BrokenPromise("F-2", _TODAY)),
        sandbox_for="client@modele.example",
        attached=True,
        reply=True,
    )


def _line(number: int, late: int, currency: str = "EUR") -> EmailLine:
    due = _TODAY - timedelta(days=late)
    return EmailLine(
        number=f"F-{number}",
        issue_date=due - timedelta(days=30),
        due_date=due,
        days_late=late,
        outstanding=Decimal(100 * number),
        currency=currency,
        amount=Decimal(200 * number),
        payment_link=f"https://modele.example/{number}",
    )
