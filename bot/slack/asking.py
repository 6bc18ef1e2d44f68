"""Somebody may not do what they pressed or typed: the button that asks those who may (DESIGN 7)."""

from bot.slack import blocks
from bot.slack.access import RESPONSABLE, Access
from bot.slack.blocks import Block
from bot.slack.outcomes import holders_of, sentence_of
from bot.slack.visit import Visit
from bot.typed.words import cut, plain
from message_templates.catalogue import Mrkdwn, say
from receivables.codes.roles import Role
from receivables.company import Company
from receivables.errors import Refused

ASK = "ask_role"
WHAT = 300
"""Characters of what is wanted: a button carries at most 2,000."""


class MayNot(Refused):
    """The role is another's: what was wanted can be asked of whoever has it."""

    def __init__(self, refused: Refused, company: Company, role: Role, what: str) -> None:
        super().__init__(refused.code, **refused.facts)
        self.company, self.role, self.what = company, role, what


def check(access: Access, company: Company, user: str, role: Role, *, team: str, what: str) -> None:
    """Let somebody through as `Access.check` does. Raises MayNot when the role is somebody else's."""
    try:
        access.check(company, user, role, team=team)
    except Refused as refused:
        if refused.code != "access.role" or not what:
            raise
        raise MayNot(refused, company, role, what) from refused


def offer(error: MayNot) -> tuple[str, list[Block]]:
    """Return the refusal, and the button that asks."""
    sentence = sentence_of(error, error.company.language)
    return sentence, [blocks.section(sentence), blocks.actions(button(error.company, error.role, error.what))]


def button(company: Company, role: Role, what: str) -> Block:
    """Return the button that asks those who have a role to do something."""
    key = "responsable" if role is RESPONSABLE else "finance"
    label = plain(f"acces.ask.{key}", company.language)
    return blocks.button(label, ASK, f"{company.key}:{role}:{cut(what, WHAT)}")


def ask(visit: Visit, carried: str) -> None:
    """Answer it: the one message that mentions those who may, and says what is wanted by whom."""
    role, _, what = carried.partition(":")
    who = holders_of(visit.company, Role(role))
    text = say("acces.asked", visit.language, who=who, by=visit.user, what=Mrkdwn(what))
    visit.tell(say("acces.ask.done", visit.language), instead=True)
    visit.publish(text, [blocks.section(text)])
