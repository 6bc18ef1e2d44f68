"""What is said in Slack without being asked: one row a kind says where it is said."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class AnnouncementKind(StrEnum):
    """What an announcement tells. How each is drawn is the Slack room's table."""

    DIGEST = "digest"
    DIGEST_FILE = "digest_file"
    """The whole list of a day, where its digest shows only the beginning."""
    CARDS = "cards"
    APPROVALS = "approvals"
    """All that waits for an approval on a day."""
    APPROVALS_AGAIN = "approvals_again"
    """What of it still waits at eleven."""
    APPROVAL = "approval"
    APPROVAL_NOW = "approval_now"
    """Earlier versions asked for each approval in a message of its own."""
    TASKS = "tasks"
    """All that is open, in one list."""
    TASK = "task"
    LETTER = "letter"
    LETTER_FILE = "letter_file"
    """The page of a letter, under its message."""
    CASE_FILE = "case_file"
    """The file of a hand-over, in the thread of its task, where Slack would not take it at once."""
    PROMISE_BROKEN = "promise_broken"
    PROMISE_KEPT = "promise_kept"
    INSTALMENT_DUE = "instalment_due"
    INSTALMENT_MET = "instalment_met"
    INSTALMENT_MISSED = "instalment_missed"
    DISPUTE = "dispute"
    OLD_CLAIMS = "old_claims"
    """Claims that may be prescribed in six months, or now (SCHEDULE 26)."""
    MODE_CHANGED = "mode_changed"
    SENDS_FAILED = "sends_failed"
    UNCERTAIN = "uncertain"
    REPLY = "reply"
    REPLIES = "replies"
    """Those that have waited too long, where they are several: one list."""
    BOUNCE_POLICY = "bounce_policy"
    BOUNCE_BURST = "bounce_burst"
    """Too many dead addresses at once, of which a person says whether they are."""
    MAILBOX_DOWN = "mailbox_down"
    MAIL_ACCESS = "mail_access"
    """What opens a mail server is refused, or ends soon: for whoever can renew it."""
    SAID = "said"
    TRIAL = "trial"
    """What became of a mail that somebody wanted to receive first."""
    SLACK_TROUBLE = "slack_trouble"
    """What stands between Relance and Slack, told to who can mend it."""
    FACT = "fact"
    """What an act of a person says, where Slack would not take it at once."""


@dataclass(frozen=True, slots=True)
class AnnouncementFacts:
    """All there is to know of a kind."""

    quiet: bool = False
    """Whether it is said under the digest of its day, so that the channel stays quiet."""
    after_digest: bool = False
    """Whether it belongs to a digest, and waits until that is posted."""
    under: AnnouncementKind | None = None
    """The kind of message of the same day in whose thread it is said."""
    file: AnnouncementKind | None = None
    """The kind of files that are put under it once it is posted."""
    together: bool = False
    """Whether it stands in one message with others that are said at the same place at the same time."""


_ALOUD, _QUIET = AnnouncementFacts(), AnnouncementFacts(quiet=True)
_NEWS, _QUIET_NEWS = AnnouncementFacts(together=True), AnnouncementFacts(quiet=True, together=True)
_OF_DIGEST = AnnouncementFacts(quiet=True, after_digest=True)

ANNOUNCEMENTS: Mapping[AnnouncementKind, AnnouncementFacts] = {
    AnnouncementKind.DIGEST: AnnouncementFacts(file=AnnouncementKind.DIGEST_FILE),
    AnnouncementKind.DIGEST_FILE: _ALOUD,
    AnnouncementKind.CARDS: _OF_DIGEST,
    AnnouncementKind.APPROVALS: _ALOUD,
    AnnouncementKind.APPROVALS_AGAIN: AnnouncementFacts(under=AnnouncementKind.APPROVALS),
    AnnouncementKind.APPROVAL: _OF_DIGEST,
    AnnouncementKind.APPROVAL_NOW: _ALOUD,
    AnnouncementKind.TASKS: _OF_DIGEST,
    AnnouncementKind.TASK: _QUIET,
    AnnouncementKind.LETTER: AnnouncementFacts(quiet=True, file=AnnouncementKind.LETTER_FILE),
    AnnouncementKind.LETTER_FILE: _ALOUD,
    AnnouncementKind.CASE_FILE: _ALOUD,
    AnnouncementKind.PROMISE_BROKEN: _NEWS,
    AnnouncementKind.PROMISE_KEPT: _QUIET_NEWS,
    AnnouncementKind.INSTALMENT_DUE: _QUIET_NEWS,
    AnnouncementKind.INSTALMENT_MET: _QUIET_NEWS,
    AnnouncementKind.INSTALMENT_MISSED: _NEWS,
    AnnouncementKind.DISPUTE: _NEWS,
    AnnouncementKind.OLD_CLAIMS: _QUIET,
    AnnouncementKind.MODE_CHANGED: _ALOUD,
    AnnouncementKind.SENDS_FAILED: _ALOUD,
    AnnouncementKind.UNCERTAIN: _ALOUD,
    AnnouncementKind.REPLY: _NEWS,
    AnnouncementKind.REPLIES: _OF_DIGEST,
    AnnouncementKind.BOUNCE_POLICY: _ALOUD,
    AnnouncementKind.BOUNCE_BURST: _ALOUD,
    AnnouncementKind.MAILBOX_DOWN: _ALOUD,
    AnnouncementKind.MAIL_ACCESS: _ALOUD,
    AnnouncementKind.SAID: _ALOUD,
    AnnouncementKind.TRIAL: _ALOUD,
    AnnouncementKind.SLACK_TROUBLE: _ALOUD,
    AnnouncementKind.FACT: _ALOUD,
}
QUIET = frozenset(kind for kind, facts in ANNOUNCEMENTS.items() if facts.quiet)
UNDER = {kind: facts.under for kind, facts in ANNOUNCEMENTS.items() if facts.under is not None}
FILES = {kind: facts.file for kind, facts in ANNOUNCEMENTS.items() if facts.file is not None}
UPLOADED = frozenset(FILES.values()) | {AnnouncementKind.CASE_FILE}
"""What is no message but files."""
TOGETHER = frozenset(kind for kind, facts in ANNOUNCEMENTS.items() if facts.together)
AFTER_DIGEST = frozenset(kind for kind, facts in ANNOUNCEMENTS.items() if facts.after_digest)


class AnnouncementState(StrEnum):
    """How far an announcement has come."""

    WAITING = "waiting"
    POSTING = "posting"
    POSTED = "posted"
    FAILED = "failed"
