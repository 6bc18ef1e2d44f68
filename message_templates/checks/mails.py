"""A company's own templates, tried at start: each is filled in with samples before any customer sees it.

Two looks: every file is read for values, blocks and loops that cannot be, also in branches that no sample
takes; then every message is written from samples, in each language and form that it exists in. Each written
channel is tried with the folder of its own texts.
"""

import traceback
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError, UndefinedError

from message_templates.checks import lint as template_lint
from message_templates.checks.courtesies import TRIALS, Trial
from message_templates.pieces.mail import (
    BrokenPromiseShown,
    Credit,
    DiscountShown,
    EmailContext,
    EmailLine,
    PenaltiesShown,
    Rendered,
    render_email,
)
from message_templates.sources import templates as email_templates
from message_templates.sources.budget import TooMuch
from message_templates.sources.loader import USUAL_TEXTS, marked
from message_templates.sources.templates import FILES, MARKS, NotInLanguage, courtesies
from receivables.codes.channels import CALL, LETTER
from receivables.codes.customers import CustomerKind
from receivables.company import Company
from receivables.errors import Fact, SettingsError

_TODAY = date(2026, 12, 1)
_FOUND = {marked(file, mark) for file in FILES for mark in MARKS}


def check_templates(
    company_folder: Path | None, wanted: Iterable[str] = (), texts: str = USUAL_TEXTS
) -> None:
    """Try every message that a company's templates folder touches, and those of its own that it wants.

    `texts` is the folder of one channel's texts, within the company's folder and in ours. Raises
    SettingsError, naming the file, the line and what is wrong with it.
    """
    if company_folder is not None and not company_folder.is_dir():
        raise SettingsError("templates.no_folder", folder=str(company_folder))
    email_templates.forget()
    shipped, names = email_templates.shipped(texts), set(wanted)
    names -= shipped
    if company_folder is not None:
        names |= set(_own(company_folder / texts, shipped, texts))
        names |= shipped if (company_folder / USUAL_TEXTS / "_base").is_dir() else set()
    for name in sorted(names):
        check_email(name, company_folder, texts)


def check_email(name: str, folder: Path | None, texts: str = USUAL_TEXTS) -> None:
    """Write the message `name` from every sample, in each language and form it exists in.

    Raises SettingsError.
    """
    for language, form in email_templates.spoken(name, folder, texts):
        if name in courtesies(texts):
            for trial in TRIALS[name](_model().company, language, form):
                _try(texts, name, trial, folder)
            continue
        for sample in samples(language, form):
            _try(texts, name, partial(render_email, sample, name, texts=texts), folder)


def _own(base: Path, shipped: frozenset[str], texts: str) -> Iterator[str]:
    """Yield the messages that the company's files change; a file that would do nothing is refused."""
    for place in sorted(base.iterdir()) if base.is_dir() else ():
        if place.name.startswith(".") or not place.is_dir():
            continue
        for file in sorted(place.iterdir()):
            _look_into(base.parent, file, shared=place.name.startswith("_"))
        if place.name == "_base":
            yield from shipped | courtesies(texts)
        elif not place.name.startswith("_"):
            yield place.name


def _look_into(folder: Path, file: Path, *, shared: bool) -> None:
    if file.name.startswith((".", "_")):
        return
    if not shared and file.name not in _FOUND:
        raise SettingsError("templates.unexpected_file", file=str(file), known=sorted(_FOUND))
    if file.suffix in {".txt", ".html"}:
        template_lint.lint(folder, file)


def _try(texts: str, name: str, trial: Trial, folder: Path | None) -> None:
    place = f"{texts}/{name}"
    try:
        _check_words(place, trial(folder), email_templates.layouts(folder, texts))
    except TemplateNotFound as error:
        raise SettingsError("templates.no_email", name=f"{texts}/{error.name}") from error
    except TemplateSyntaxError as error:
        where = error.filename or f"{texts}/{error.name}"
        raise template_lint.wrong(where, error.lineno, template_lint.cause(error.message)) from error
    except UndefinedError as error:
        raise _wrong(place, error, template_lint.unknown(error)) from error
    except RecursionError as error:
        raise _wrong(place, error, SettingsError("templates.endless")) from error
    except NotInLanguage as error:
        raise SettingsError(error.code, **error.facts) from error
    except TooMuch as error:
        raise _wrong(place, error, error.why) from error
    except (TemplateError, TypeError, ValueError, AttributeError, ArithmeticError, LookupError) as error:
        raise _wrong(place, error, template_lint.cause(str(error))) from error


def _wrong(place: str, error: BaseException, cause: Fact) -> SettingsError:
    """Name the file and line of the template in which the error arose, or at least the message."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith((".txt", ".html")):
            return template_lint.wrong(frame.filename, frame.lineno, cause)
    return SettingsError("templates.wrong_email", name=place, cause=cause)


def _check_words(place: str, rendered: Rendered, layouts: frozenset[str]) -> None:
    said = {"subject.txt": rendered.subject, "text.txt": rendered.text, "body.html": rendered.html}
    for file, words in said.items():
        if not words.strip() and file in layouts | {"subject.txt"}:
            raise SettingsError("templates.says_nothing", name=f"{place}/{file}")


def samples(language: str = "fr", form: str = "vous") -> Iterator[EmailContext]:
    """Yield situations a template must stand: one item, several, credits, a broken promise, nobody named."""
    one, two, coming = _line(1, 12), _line(2, 1, currency="CHF"), _line(3, -4)
    situations: tuple[dict[str, Any], ...] = (
        {"lines": (one,)},
        {"lines": (coming,), "discount": (DiscountShown("F-3", Decimal(2), _TODAY, Decimal(6)),)},
        {
            "lines": (one, two, coming),
            "contact": "Camille Martin",
            "owner": "Dominique Durand",
            "kind": CustomerKind.BUSINESS,
            "credits": (Credit(Decimal(20), number="AV-1", day=_TODAY), Credit(Decimal(5))),
            "broken": (BrokenPromiseShown("F-1", _TODAY, Decimal(50)), BrokenPromiseShown("F-2", _TODAY)),
            "penalties": PenaltiesShown(Decimal("1.23"), Decimal(80), rate_text="12,15\u00a0%"),
            "sandbox_for": "client@modele.example",
            "attached": True,
            "code": "C-1",
            "earlier": (_TODAY - timedelta(days=8), _TODAY - timedelta(days=400)),
            "pay_by": _TODAY + timedelta(days=6),
            "next_step": CALL,
        },
        {
            "lines": (one,),
            "kind": CustomerKind.PUBLIC,
            "broken": (BrokenPromiseShown("F-1", _TODAY, of_plan=True),),
            "next_step": LETTER,
            "answer_by": _TODAY + timedelta(days=2),
        },
        {"lines": (one, two), "broken": (BrokenPromiseShown("F-1", _TODAY, has_left=True),)},
    )
    for changes in situations:
        yield replace(_model(), language=language, address_form=form, **changes)


def _model() -> EmailContext:
    """Return a made-up mail: a model company writes to a model customer about one late invoice."""
    company = Company(
        key="modele",
        name="Société Modèle",
        slack_channel="C0",
        email_from="compta@modele.example",
        siren="732829320",
        iban="FR7630006000011234567890189",
        reply_to="compta@modele.example",
    )
    return EmailContext(company, "Client Modèle", _TODAY, (_line(1, 12),))


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
        disputed=Decimal(10),
        order_number=f"BC-{number}",
    )
