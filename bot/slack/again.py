"""Questions asked back: the button of each answer carries all that was understood, answer included."""

import contextlib
import json
from collections.abc import Iterator, Sequence

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.outcomes import sentence_of
from bot.slack.visit import Visit
from bot.typed import carried
from bot.typed.values import Unclear, Understood
from message_templates.catalogue import say
from receivables.company import Company
from receivables.language import Language

ACTION = "again"
MOST_BUTTONS = 25


@contextlib.contextmanager
def asked_back(visit: Visit) -> Iterator[None]:
    """Have what is unclear asked of the person, with a button for each answer."""
    try:
        yield
    except Unclear as error:
        visit.tell(*question(error, visit.company.key, visit.language))


def question(error: Unclear, company: str, language: Language) -> tuple[str, list[Block]]:
    """Return the question of a refusal; `company` is "" when it is still to be asked."""
    sentence = sentence_of(error, language)
    choices = [(each.label, carried.pack(company, each.understood)) for each in error.choices]
    return sentence, [blocks.section(sentence), *_row(choices)]


def which_company(
    understood: Sequence[tuple[Company, Understood]], shown: str, language: Language
) -> tuple[str, list[Block]]:
    """Return the question « for which company »; each carries what is understood on the company's day."""
    asked = say("acces.which_company", language, typed=shown)
    choices = [(company.name, carried.pack(company.key, said)) for company, said in understood]
    return asked, [blocks.section(asked), *_row(choices)]


def read_old(value: str) -> tuple[str, str, str] | None:
    """Return company, command and text of a button of earlier versions; None for any other."""
    try:
        said = json.loads(value)
    except (ValueError, RecursionError):
        return None
    if isinstance(said, list) and len(said) == 3 and all(isinstance(each, str) for each in said):
        company, command, text = said
        return company, command, text
    return None


def _row(choices: Sequence[tuple[str, str]]) -> list[Block]:
    """Return one row of buttons from labels and values; values that Slack would refuse are left out."""
    fitting = [(label, value) for label, value in choices if len(value) <= carried.MOST]
    buttons = [
        blocks.button(label, f"{ACTION}:{rank}", value)
        for rank, (label, value) in enumerate(fitting[:MOST_BUTTONS])
    ]
    return [blocks.actions(*buttons)] if buttons else []
