"""What is said of an act that was done: one sentence, and the button that takes it back."""

from collections.abc import Iterable

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.naming import asked
from bot.slack.visit import Visit
from bot.typed.words import plain
from message_templates import refusals
from message_templates.catalogue import Mrkdwn
from receivables.codes.roles import Role
from receivables.company import Company
from receivables.errors import RelanceError
from receivables.language import Language
from receivables.people import Person

UNDO = "undo"
UNDO_FINANCE = "undo_finance"
UNDO_RESPONSABLE = "undo_responsable"


def who(by: str | None, language: Language) -> Mrkdwn:
    """Return the author of an act as people see it: a mention, or who is no Slack user in words."""
    return refusals.mention(Person(by), language) if by else Mrkdwn("")


def holders_of(company: Company, role: Role, *, but: str = "") -> Mrkdwn:
    """Return a call to those who have a role, else to those above it, a few at most; "" is nobody.

    `but` is somebody who is not called.
    """
    ranks = list(Role)[list(Role).index(role) :]
    found = next((company.roles[each] for each in ranks if company.roles.get(each)), ())
    return Mrkdwn(", ".join(asked(each) for each in [each for each in found if each != but][:3]))


def sentence_of(error: RelanceError, language: Language) -> Mrkdwn:
    """Return the sentence of an expected error, with Slack users by name."""
    return refusals.mrkdwn(error, language)


def joined(sentences: Iterable[str | None]) -> str:
    """Return sentences one after another."""
    return " ".join(sentence for sentence in sentences if sentence).replace(" \n", "\n")


def with_undo(visit: Visit, text: str, entry_id: int, *, action: str = UNDO) -> list[Block]:
    """Return a fact with its *Annuler*, which carries the id of the journal line."""
    return [
        blocks.section(text),
        blocks.actions(undo_button(visit.value(entry_id), action=action, language=visit.language)),
    ]


def undo_button(value: str, *, action: str = UNDO, language: Language) -> Block:
    """Return an *Annuler* by itself; `value` carries the company and the journal line."""
    sure = blocks.confirm(
        plain("erreurs.undo_title", language),
        plain("erreurs.undo_text", language),
        plain("erreurs.undo_yes", language),
        plain("erreurs.undo_no", language),
    )
    return blocks.button(plain("common.undo", language), action, value, confirm=sure)
