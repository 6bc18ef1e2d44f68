"""What became of a message at one address, in a few words."""

from datetime import datetime

from message_templates import labels
from message_templates.catalogue import keys, template
from message_templates.writer import writer
from receivables.codes.messages import RecipientState
from receivables.language import Language

SHOWN = 200
"""Characters of what a server said that are shown."""


def line(
    address: str,
    state: RecipientState,
    words: str | None,
    when: datetime | None,
    language: Language,
    *,
    slack: bool,
) -> str:
    """Return the address, what became of the message there, and the server's words.

    `when`, local: it was taken, or is tried again.
    """
    called_off = state is RecipientState.CALLED_OFF
    return template("copies.line", "texts", escaped=slack, language=language).render(
        address=address,
        state=labels.label("copy", state, language),
        why=_why(words, language) if called_off and words else "",
        words="" if called_off else (words or "")[:SHOWN],
        on=when.date() if when else None,
        hour=writer(language).hour(when) if when else "",
    )


def _why(code: str, language: Language) -> str:
    """Return for what a copy was called off."""
    own = f"copies.why.{code}"
    if own in keys("copies", language, "texts"):
        return template(own, "texts", escaped=False, language=language).render()
    return labels.reason(code, language)
