"""A letter on paper: its page, set once and then frozen, and a picture of it to read at a glance."""

from datetime import datetime

from correspondence.finishing import own_texts
from message_templates.pieces.letter import picture_of, render_letter, values_of
from receivables.company import Company
from receivables.letters import LetterContext
from store.letters.acts import Page
from store.letters.pages import LetterFacts


def write(company: Company, sheet: LetterContext, *, at: datetime) -> Page:
    """Return the page of a letter, and the values that it was set from, at the aware instant `at`.

    Raises SettingsError when its template is missing or wrong.
    """
    values = values_of(sheet)
    return Page(render_letter(sheet, values, own_texts(company), at=at), values)


def picture(company: Company, letter: LetterFacts) -> bytes:
    """Return a PNG of a letter's page as it was frozen. Raises as `write`."""
    return picture_of(letter.template, letter.language, letter.values, own_texts(company))
