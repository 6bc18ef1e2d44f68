"""A step by what people type: its key, its name, or the name of its text."""

from collections.abc import Iterator
from pathlib import Path

from rapidfuzz import fuzz, process

from message_templates import labels
from message_templates.checks import letters as letter_check
from message_templates.sources import templates as email_templates
from receivables.codes.channels import LETTER
from receivables.company import Company
from receivables.errors import Fact, RelanceError
from receivables.policy import Policy, Step
from receivables.text import fold

CLOSEST = 3
NEAR = 55
LONGEST = 60


class UnknownStep(RelanceError):
    """No step is meant by this text; `closest` holds up to three keys."""

    def __init__(self, code: str, /, closest: tuple[str, ...] = (), **facts: Fact) -> None:
        super().__init__(code, closest=closest, **facts)
        self.closest = closest


def find_step(company: Company, policy: Policy, text: str) -> Step:
    """Return the step that `text` means: of the customer's `policy`, of another, or a text by its name.

    Keys, names of the catalogue (« relance ferme ») and names of texts (`firm`) are known, accents, case and
    signs aside. Raises UnknownStep, which names the closest.
    """
    wanted = fold(text[:LONGEST])
    known: dict[str, Step] = {}
    for name, step in _named(company, policy):
        known.setdefault(fold(name), step)
    if wanted in known:
        return known[wanted]
    raise _unknown(text, wanted, policy, known)


def _named(company: Company, policy: Policy) -> Iterator[tuple[str, Step]]:
    """Yield every name of every step, the customer's own policy first."""
    others = [each for key, each in company.policies.items() if key != policy.key]
    for each in (policy, *others):
        for step in each.steps:
            yield step.key, step
            yield labels.step(step.key, company.language), step
            yield step.template, step
    own = Path(company.templates) if company.templates else None
    for channel in company.written:
        for name in sorted(email_templates.known(own, channel.texts)):
            yield name, Step(name, 7, channel, name)
    for name in sorted(letter_check.known(own)):
        yield name, Step(name, 7, LETTER, name)


def _unknown(text: str, wanted: str, policy: Policy, known: dict[str, Step]) -> UnknownStep:
    near = process.extract(wanted, list(known), scorer=fuzz.ratio, limit=CLOSEST * 3, score_cutoff=NEAR)
    keys = tuple(dict.fromkeys(known[name].key for name, _, _ in near))[:CLOSEST]
    typed = " ".join(text[:LONGEST].split())
    if keys:
        return UnknownStep("templates.unknown_step_near", keys, typed=typed)
    return UnknownStep("templates.unknown_step", typed=typed, known=[step.key for step in policy.steps])
