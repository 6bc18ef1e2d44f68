"""The texts of every company, tried at start: a broken template is told before anything leaves.

Shipped texts are held by tests; at start only what a company's own files touch is written from samples, in
each language and form, so that a company without texts of its own starts at once.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from message_templates.checks.letters import check_letters
from message_templates.checks.letters import known as known_letters
from message_templates.checks.mails import check_templates
from message_templates.sources.templates import known
from receivables.codes.channels import LETTER
from receivables.company import Company
from receivables.errors import SettingsError


def check_texts(companies: Iterable[Company]) -> None:
    """Fill every text that a company's own files change with samples: e-mails, statements, thanks, letters.

    A company without a templates folder of its own writes with the shipped texts. Raises SettingsError,
    naming the company, the file and what is wrong.
    """
    tried: set[tuple[str, tuple[tuple[str, frozenset[str]], ...]]] = set()
    for company in companies:
        folder = Path(company.templates) if company.templates else None
        own = folder if folder is not None and folder.is_dir() else None
        texts = tuple((place, wanted(company, place)) for place in (*_of_messages(company), LETTER.texts))
        if (str(own), texts) in tried:
            continue
        tried.add((str(own), texts))
        _check_names(company, own)
        try:
            _check_own(own, dict(texts))
        except SettingsError as error:
            raise SettingsError("settings.of_company", key=company.key, cause=error) from error


def _of_messages(company: Company) -> tuple[str, ...]:
    """Return the folders of texts of the channels that messages leave by."""
    return tuple(dict.fromkeys(channel.texts for channel in company.written))


def _check_own(own: Path | None, texts: Mapping[str, frozenset[str]]) -> None:
    """Try the company's own texts, folder by folder, and those that its policies want."""
    for place, names in texts.items():
        if place != LETTER.texts:
            check_templates(own, names, place)
        elif own is not None and (own / place).is_dir():
            check_letters(own, names)


def wanted(company: Company, folder: str) -> frozenset[str]:
    """Return the names of the texts of a folder that the company's policies want."""
    steps = (step for policy in company.policies.values() for step in policy.steps)
    return frozenset(step.template for step in steps if step.channel.texts == folder)


def _check_names(company: Company, own: Path | None) -> None:
    """Name the policy and the step that want a text which nobody wrote."""
    written = {place: known(own, place) for place in _of_messages(company)}
    written[LETTER.texts] = known_letters(own)
    for policy in company.policies.values():
        for number, step in enumerate(policy.steps, 1):
            folder = step.channel.texts
            names = written.get(folder, {step.template})
            if step.template not in names:
                raise SettingsError(
                    "settings.step_text",
                    where=f"policy.{policy.key}.step[{number}].template",
                    text=f"{folder}/{step.template}",
                    known=sorted(names),
                )
