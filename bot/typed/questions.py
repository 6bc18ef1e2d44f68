"""Questions that are asked back about what was understood, before the books are opened."""

from dataclasses import replace
from datetime import date

from bot.typed.values import DayDoubt, Reading, UnclearDay, Understood
from message_templates.writer import writer
from receivables.language import Language


def refuse_doubtful_day(said: Understood, language: Language) -> None:
    """Ask which day is meant, where one was said that could be several. Raises Unclear."""
    if said.day_doubt is not None:
        asked = UnclearDay(said.day_doubt)
        raise asked.asked(lambda day: replace(said, day=day, day_doubt=None), writer(language).day)


def day_of(said: Understood, reading: Reading, language: Language) -> date | None:
    """Return the day of a reading, else that of all readings. Raises Unclear when it could be several."""
    if isinstance(reading.day, DayDoubt):
        asked = UnclearDay(reading.day)
        raise asked.asked(
            lambda day: replace(said, readings=(replace(reading, day=day),)), writer(language).day
        )
    return reading.day or said.day
