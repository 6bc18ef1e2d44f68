"""Files under the messages that they belong to: rows of their own, so that none is lost and none doubled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from bot.announcements import finding, notices
from bot.announcements.posting import Post
from bot.digest import card as digest
from bot.dossier import desk as case_files
from bot.invoices import workbook
from bot.letters import files as letter_files
from message_templates.catalogue import say
from receivables.codes.announcements import AnnouncementKind
from store import announcements
from store.announcements import Waiting
from store.books import Books
from store.invoices import last_acts

SKEW = timedelta(minutes=1)
"""How far Slack's clock may be from ours."""


@dataclass(frozen=True, slots=True)
class FilesUnder:
    """What is uploaded, with what is said of it, and the message under which it stands, if any."""

    thread: str | None
    comment: str
    files: list[dict[str, Any]]
    write_down: Callable[[Books], None] | None = None
    """What the books keep of them, once they are there."""


def of(post: Post, waiting: Waiting) -> FilesUnder | None:
    """Return the files of an announcement as the books stand now; None when none is needed."""
    return _FILES[waiting.kind](post, waiting)


def there(post: Post, waiting: Waiting, found: FilesUnder) -> bool:
    """Whether an earlier attempt has put the files there already: looked for by their names.

    A file of the same name that was there before this one was wanted is another.
    """
    wanted, since = {each["filename"] for each in found.files}, (waiting.created_at - SKEW).timestamp()
    messages = finding.latest(post, waiting.channel, found.thread)
    later = (each for each in messages if float(each["ts"]) >= since)
    return any(str(file.get("name")) in wanted for each in later for file in each.get("files") or ())


def upload(post: Post, waiting: Waiting, found: FilesUnder) -> None:
    """Put the files there, and write down what the books keep of it. Raises what Slack answers."""
    post.client.files_upload_v2(
        channel=waiting.channel,
        thread_ts=found.thread,
        initial_comment=found.comment,
        file_uploads=found.files,
    )
    if found.write_down is not None:
        with post.books() as b:
            found.write_down(b)


def _digest_list(post: Post, waiting: Waiting) -> FilesUnder | None:
    """Return the full list of a day whose digest shows only its beginning."""
    day, language = date.fromisoformat(waiting.data["day"]), post.company.language
    with post.look() as b:
        notice, morning = notices.digest_notice(b, day, post.now())
        if digest.whole(morning, notice.blocks):
            return None
        acts = last_acts.last_acts_of(b, [invoice.id for invoice in morning.invoices])
        key = f"{AnnouncementKind.DIGEST}:{day}"
        thread = announcements.of_keys(b, [key]).get(key)
    file = {
        "content": workbook.write_workbook(morning, acts, language),
        "filename": workbook.name(morning, language),
        "title": workbook.title(morning, language),
    }
    told = say("digest.in_thread", language, invoices=len(morning.invoices), totals=morning.totals)
    return FilesUnder(thread, str(told), [file])


def _letter(post: Post, waiting: Waiting) -> FilesUnder:
    """Return a letter's PDF and its picture."""
    with post.look() as b:
        found = letter_files.letter_files(b, int(waiting.data["letter_id"]))
    return FilesUnder(found.thread_ts, str(found.comment), found.files)


def _case_file(post: Post, waiting: Waiting) -> FilesUnder | None:
    """Return the file of a hand-over as the books stand. That which an earlier attempt has put there is not
    written down: it may differ, and *Dossier remis* attaches a fresh one then.
    """
    at, by = post.now(), str(waiting.data["by"])
    with post.look() as b:
        file = case_files.of_task(b, int(waiting.data["task_id"]), at=at)
    if file is None:
        return None
    found = [dict(case_files.upload_of(file.made, post.company))]
    write = partial(case_files.record, file=file, by=by, at=at)
    return FilesUnder(file.thread, case_files.comment(file.made, post.company), found, write)


_FILES: Mapping[AnnouncementKind, Callable[[Post, Waiting], FilesUnder | None]] = {
    AnnouncementKind.DIGEST_FILE: _digest_list,
    AnnouncementKind.LETTER_FILE: _letter,
    AnnouncementKind.CASE_FILE: _case_file,
}
