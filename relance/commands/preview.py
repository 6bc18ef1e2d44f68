"""`relance preview`: what one customer would read at a step today."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from correspondence import letter, specimen
from correspondence.specimen import SpecimenMail, standalone
from message_templates import labels
from message_templates.catalogue import TEAM
from message_templates.step_names import find_step
from receivables.codes.channels import LETTER
from receivables.errors import RelanceError
from receivables.policy import Step
from relance.commands.common import At, CompanyKey, On, moment_of, place
from relance.terminal import help_of, meta, print_sentence, usage
from relance.texts import check_texts
from store.books import Books, read_books
from store.customers import search as customer_search
from store.customers.facts import CustomerFacts
from store.letters import sheet as letter_sheet
from store.morning import specimens

StepName = Annotated[str, typer.Argument(metavar=meta("step"), help=help_of("preview.stepname"))]
Client = Annotated[str, typer.Argument(metavar=meta("customer"), help=help_of("preview.client"))]
Html = Annotated[Path | None, typer.Option("--html", metavar=meta("file"), help=help_of("preview.html"))]
Pdf = Annotated[Path | None, typer.Option("--pdf", metavar=meta("file"), help=help_of("preview.pdf"))]
Language = Annotated[
    str | None, typer.Option("--language", metavar="fr|en", help=help_of("preview.language"))
]
Form = Annotated[str | None, typer.Option("--form", metavar="vous|tu", help=help_of("preview.form"))]


@dataclass(frozen=True)
class Wanted:
    """What was asked to be shown, and where to write it."""

    html: Path | None
    pdf: Path | None
    language: str | None
    form: str | None
    at: datetime


def preview(  # noqa: PLR0917 - one parameter an option of the command line
    step: StepName,
    client: Client,
    html: Html = None,
    pdf: Pdf = None,
    language: Language = None,
    form: Form = None,
    on: On = None,
    at: At = None,
    company: CompanyKey = None,
) -> None:
    """Show what a customer would read today at a step; nothing leaves."""
    spoken, addressed = _one_of(language, "fr", "en"), _one_of(form, "vous", "tu")
    with place(company) as here, read_books(here.database, here.company) as b:
        wanted = Wanted(html, pdf, spoken, addressed, moment_of(on, at, here.company))
        customer = customer_search.find(b, client)
        check_texts([here.company])
        found = find_step(here.company, here.company.policy_for(customer.policy), step)
        if found.channel.written:
            _mail(b, customer, found, wanted)
        elif found.channel is LETTER:
            _letter(b, customer, found, wanted)
        else:
            print_sentence(
                "cli.preview.no_text",
                code=found.key,
                channel=labels.label("channel", found.channel.key, TEAM),
            )


def _one_of(value: str | None, *known: str) -> str | None:
    if value is not None and value not in known:
        raise usage("usage.one_of", typed=value, known=known)
    return value


def _mail(b: Books, customer: CustomerFacts, step: Step, wanted: Wanted) -> None:
    if wanted.pdf is not None:
        raise RelanceError("preview.not_a_page", step=step.key)
    shown = specimen.specimen_mail(
        b, customer.id, step, now=wanted.at, language=wanted.language, form=wanted.form
    )
    _show(customer, step, shown)
    if wanted.html is not None:
        text = wanted.html.with_suffix(".txt")
        _write(wanted.html, standalone(shown.mail).encode())
        _write(text, f"{shown.mail.subject}\n\n{shown.mail.text}".encode())
        print_sentence("cli.preview.written", files=[str(wanted.html), str(text)])


def _show(customer: CustomerFacts, step: Step, shown: SpecimenMail) -> None:
    print_sentence(
        "cli.preview.title",
        step=labels.step(step.key, TEAM),
        code=step.key,
        customer=customer.name,
        language=shown.mail.language,
        form=shown.mail.form,
    )
    print_sentence(f"cli.preview.{shown.chosen}")
    typer.echo()
    if shown.mail.meant_for:
        print_sentence("cli.preview.to", to=list(shown.mail.meant_for))
    else:
        print_sentence("cli.preview.nobody")
    print_sentence("cli.preview.subject", subject=shown.mail.subject)
    if shown.mail.attachments:
        print_sentence("cli.preview.attached", names=list(shown.mail.attached))
    typer.echo()
    typer.echo(shown.mail.text)


def _letter(b: Books, customer: CustomerFacts, step: Step, wanted: Wanted) -> None:
    file = wanted.pdf or wanted.html
    if file is None:
        print_sentence("cli.preview.letter_file", code=step.key)
        return
    at = wanted.at.replace(microsecond=0)
    found = specimens.specimen_of(b, customer.id, step, now=at)
    if not found.items:
        raise RelanceError("preview.nothing_late", customer=customer.name)
    ids = [item.invoice_id for item in found.items]
    sheet = letter_sheet.by_hand(b, customer.id, at=at, invoice_ids=ids, template=step.template)
    _write(file, letter.write(b.company, sheet, at=at).pdf)
    print_sentence(f"cli.preview.{found.chosen}")
    print_sentence("cli.preview.written", files=[str(file)])


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise RelanceError("preview.not_written", file=str(file)) from error
