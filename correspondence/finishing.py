"""The last touch that all e-mails share: whom they go to in this mode, and the company's own texts."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from correspondence.addresses import NoAddress, check, display
from correspondence.piece import Attachment, Mail
from message_templates.pieces.mail import Rendered
from receivables.codes.channels import USUAL, Channel
from receivables.company import Company, Mode
from receivables.correspondence import Addressee, Correspondent, addressees


def people_of(customer: Correspondent, to: str, channel: Channel) -> list[Addressee]:
    """Return whom a message is written to, by the role `to` of its step. Raises NoAddress."""
    people = addressees(customer, to, channel)
    if not people:
        raise NoAddress("mails.no_address")
    return people


def finish(
    company: Company,
    people: Sequence[Addressee],
    rendered: Rendered,
    *,
    language: str,
    form: str,
    channel: Channel,
    attachments: tuple[Attachment, ...] = (),
    answers: tuple[str, ...] = (),
) -> Mail:
    """Return the finished mail; in sandbox it goes to the company's one address, outside any thread."""
    sandbox = company.mode is Mode.SANDBOX
    to = (company.sandbox_to,) if sandbox else tuple(display(person) for person in people)
    return Mail(
        to=to,
        meant_for=tuple(person.address for person in people),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        qr=rendered.qr,
        attachments=attachments,
        answers=() if sandbox else answers,
        channel=leaves_by(channel, sandbox=sandbox),
        sandbox=sandbox,
        language=language,
        form=form,
    )


def reachable(mail: Mail) -> Mail:
    """Return a mail that is to leave, once its addresses are seen to be good. Raises BadAddress.

    One that is only looked at is not asked: its words can be read whatever its addresses are.
    """
    check(mail.to, mail.channel.reach)
    return mail


def leaves_by(channel: Channel, *, sandbox: bool) -> Channel:
    """Return the channel that a message leaves by: in sandbox that of the company's one address."""
    return USUAL if sandbox else channel


def sandbox_for(company: Company, people: Sequence[Addressee]) -> str | None:
    """Return whom a mail would have gone to, as its banner says in sandbox; None in every other mode."""
    return ", ".join(person.address for person in people) if company.mode is Mode.SANDBOX else None


def contact_of(people: Sequence[Addressee]) -> str | None:
    """Return whom the greeting names: the one person who is written to."""
    return people[0].name if len(people) == 1 else None


def own_texts(company: Company) -> Path | None:
    """Return the company's own templates folder, if it has one."""
    return _folder(company.templates)


@lru_cache(maxsize=64)
def _folder(templates: str) -> Path | None:
    return Path(templates) if templates else None
