"""The texts of every company, tried at start: a broken template is told before any mail leaves."""

from collections.abc import Iterable
from pathlib import Path

from message_templates.email_check import check_templates
from message_templates.email_templates import shipped
from receivables.company import Company
from receivables.errors import SettingsError
from receivables.policy import Channel


def check_texts(companies: Iterable[Company]) -> None:
    """Fill every e-mail that a company's policies may send with samples.

    A company without a templates folder of its own writes with the shipped texts. Raises SettingsError,
    naming the company and what is wrong.
    """
    tried: set[tuple[str, frozenset[str]]] = set()
    for company in companies:
        wanted = frozenset(
            step.template
            for policy in company.policies.values()
            for step in policy.steps
            if step.channel is Channel.EMAIL
        )
        folder = Path(company.templates) if company.templates else None
        own = folder if folder is not None and folder.is_dir() else None
        if (str(own), wanted) in tried:
            continue
        tried.add((str(own), wanted))
        _check_names(company, own)
        try:
            check_templates(own, wanted)
        except SettingsError as error:
            raise SettingsError(f"company.{company.key}\u00a0: {error}") from error


def _check_names(company: Company, own: Path | None) -> None:
    """Name the policy and the step that want a text which nobody wrote."""
    folder = own / "email" if own is not None else None
    written = {place.name for place in folder.iterdir()} if folder is not None and folder.is_dir() else set()
    known = shipped() | written
    for policy in company.policies.values():
        for number, step in enumerate(policy.steps, 1):
            if step.channel is Channel.EMAIL and step.template not in known:
                raise SettingsError(
                    f"policy.{policy.key}.step[{number}].template\u00a0: email/{step.template} n’existe pas"
                    f"\u202f; attendu {', '.join(sorted(known))}"
                )
