"""Buttons that run a command again: for the company, or the number, that the person meant."""

import json
from collections.abc import Sequence

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.outcomes import sentence_of
from bot.slack.visit import Visit
from bot.typed.words import clean, cut, plain
from message_templates.catalogue import say
from receivables.company import Company
from receivables.errors import UnknownInvoice
from receivables.language import Language

ACTION = "again"
MOST = 2000


def value(company: Company, command: str, text: str) -> str:
    """Return what such a button carries: what the person would type."""
    return json.dumps([company.key, command, text], ensure_ascii=False)


def row(choices: Sequence[tuple[str, str]]) -> list[Block]:
    """Return one row of buttons from labels and values; values that Slack would refuse are left out."""
    fitting = [(label, carried) for label, carried in choices if len(carried) <= MOST]
    buttons = [
        blocks.button(label, f"{ACTION}:{rank}", carried) for rank, (label, carried) in enumerate(fitting)
    ]
    return [blocks.actions(*buttons[:25])] if buttons else []


def which_company(
    companies: Sequence[Company], command: str, text: str, language: Language
) -> tuple[str, list[Block]]:
    """Return the question « for which company », with a button for each."""
    question = say("acces.which_company", language, typed=cut(f"{command} {clean(text)}".strip(), 200))
    choices = [(company.name, value(company, command, text)) for company in companies]
    return question, [blocks.section(question), *row(choices)]


def closest(visit: Visit, error: UnknownInvoice, text: str, number: str) -> tuple[str, list[Block]]:
    """Return the refusal of an unknown number, with the closest ones as buttons.

    `number` is the part of `text` that was taken for a number; the rest is kept.
    """
    sentence = sentence_of(error, visit.language)
    rest = clean(text).replace(number, "{}", 1) if number else "{}"
    choices = [
        (near, value(visit.company, visit.command, rest.replace("{}", near, 1))) for near in error.closest
    ]
    return sentence, [blocks.section(sentence), *row(choices)]


def read(carried: str) -> tuple[str, str, str]:
    """Return company key, command and text of a button."""
    company, command, text = json.loads(carried)
    return company, command, text


def no_company(language: Language) -> str:
    """Return the sentence for a company that is gone from the settings."""
    return plain("acces.unknown_company", language)
