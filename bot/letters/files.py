"""The page of a letter put into a thread: the frozen PDF, and a picture of it to read at a glance."""

import logging
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from bot.letters.card import what
from bot.slack.access import SLACK_TROUBLE
from bot.typed.words import cut, plain
from correspondence.letter import picture
from message_templates.catalogue import say
from receivables.company import Company
from receivables.language import Language
from receivables.text import fold
from store import announcements
from store.books import Books
from store.letters import pages as letter_pages
from store.letters.pages import LetterFacts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Files:
    """What is uploaded for a letter, read from the books beforehand, and the thread of its digest if any."""

    comment: str
    files: list[dict[str, Any]]
    thread_ts: str | None


def letter_files(b: Books, letter_id: int) -> Files:
    """Return the files of a letter. Raises Refused when it is not in these books."""
    letter = letter_pages.get_letter(b, letter_id)
    name, title = _names(letter, b.company.language)
    pdf = {"filename": f"{name}.pdf", "title": title, "content": letter_pages.pdf(b, letter_id)}
    drawn = {"filename": f"{name}.png", "title": title, "content": picture(b.company, letter)}
    comment = say(
        "lettres.attached",
        b.company.language,
        what=what(letter.template, b.company.language),
        customer=cut(letter.customer, 100),
        day=letter.day,
    )
    return Files(
        comment, [pdf, drawn | {"alt_txt": plain("lettres.alt", b.company.language)}], _thread(b, letter)
    )


def _names(letter: LetterFacts, language: Language) -> tuple[str, str]:
    """Return the file's name without its ending, and its title."""
    kind = what(letter.template, language)
    title = plain("lettres.file_title", language, what=kind, customer=cut(letter.customer, 80))
    return f"{fold(kind).replace(' ', '-')}-{letter.id}", title


def _thread(b: Books, letter: LetterFacts) -> str | None:
    """Return the thread that the letter stands in: that of its day's digest, else its own message."""
    keys = [f"digest:{letter.day}", f"letter:{letter.id}"]
    found = announcements.of_keys(b, keys)
    return next((ts for key in keys if (ts := found.get(key))), None)


def upload(client: WebClient, company: Company, found: Files) -> bool:
    """Put a letter's files into its thread; False, and logged, when Slack refuses."""
    try:
        client.files_upload_v2(
            channel=company.slack_channel,
            thread_ts=found.thread_ts,
            initial_comment=found.comment,
            file_uploads=found.files,
        )
    except SLACK_TROUBLE:
        log.exception("letter_not_attached")
        return False
    return True
