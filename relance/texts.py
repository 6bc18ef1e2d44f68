"""The texts of every company, tried at start: a broken template is told before anything leaves.

Shipped texts are held by tests; at start only what a company's own files touch is written from samples, in
each language and form, so that a company without texts of its own starts at once.
"""

from collections.abc import Iterable
from pathlib import Path

from message_templates.checks.letters import check_letters
from message_templates.checks.letters import known as known_letters
from message_templates.checks.mails import check_templates
from message_templates.sources.templates import shipped
from receivables.codes.channels import LETTER, USUAL
from receivables.company import Company
from receivables.errors import SettingsError


def check_texts(companies: Iterable[Company]) -> None:
    """Fill every text that a company's own files change with samples: e-mails, statements, thanks, letters.

    A company without a templates folder of its own writes with the shipped texts. Raises SettingsError,
    naming the company, the file and what is wrong.
    """
    tried: set[tuple[str, frozenset[str], frozenset[str]]] = set()
    for company in companies:
        folder = Path(company.templates) if company.templates else None
        own = folder if folder is not None and folder.is_dir() else None
        mails, letters = wanted(company, USUAL.texts), wanted(company, LETTER.texts)
        if (str(own), mails, letters) in tried:
            continue
        tried.add((str(own), mails, letters))
        _check_names(company, own)
        try:
            check_templates(own, mails)
            if own is not None and (own / LETTER.texts).is_dir():
                check_letters(own, letters)
        except SettingsError as error:
            raise SettingsError("settings.of_company", key=company.key, cause=error) from error


def wanted(company: Company, folder: str) -> frozenset[str]:
    """Return the names of the texts of a folder that the company's policies want."""
    steps = (step for policy in company.policies.values() for step in policy.steps)
    return frozenset(step.template for step in steps if step.channel.texts == folder)


def _check_names(company: Company, own: Path | None) -> None:
    """Name the policy and the step that want a text which nobody wrote."""
    written = {USUAL.texts: shipped() | _folders(own), LETTER.texts: known_letters(own)}
    for policy in company.policies.values():
        for number, step in enumerate(policy.steps, 1):
            folder = step.channel.texts
            known = written.get(folder, {step.template})
            if step.template not in known:
                raise SettingsError(
                    "settings.step_text",
                    where=f"policy.{policy.key}.step[{number}].template",
                    text=f"{folder}/{step.template}",
                    known=sorted(known),
                )


def _folders(own: Path | None) -> frozenset[str]:
    """Return the e-mails that the company has a folder for."""
    base = own / USUAL.texts if own is not None else None
    if base is None or not base.is_dir():
        return frozenset()
    return frozenset(place.name for place in base.iterdir() if not place.name.startswith(("_", ".")))
