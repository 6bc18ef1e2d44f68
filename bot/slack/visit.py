"""One person's act in Slack: who, for which company, when, and how to answer."""

import contextlib
import hashlib
import logging
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.slack import blocks as drawn
from bot.slack.access import SLACK_TROUBLE, Access
from bot.slack.blocks import Block
from bot.slack.crew import Crew
from bot.slack.naming import NamingClient
from bot.slack.voice import LOST, Voice
from message_templates.catalogue import say
from receivables.codes.slack_errors import TOO_LATE
from receivables.company import Company
from receivables.errors import Refused
from receivables.language import Language
from store import announcements
from store.announcements import SpokenFact
from store.books import Books, open_books, read_books
from store.db.engine import Database
from store.health import deliveries

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """What every listener works with."""

    database: Database
    companies: Mapping[str, Company]
    client: NamingClient
    access: Access
    now: Callable[[], datetime]
    crew: Crew

    @property
    def language(self) -> Language:
        """The language for who has not come to a company yet: that of the first one."""
        return next(iter(self.companies.values())).language if self.companies else Language.FR

    def look(self, company: Company) -> AbstractContextManager[Books]:
        """Open a company's books to look only: for the fields of a form, before it is acknowledged."""
        return read_books(self.database, company)


@dataclass(frozen=True)
class Attempt:
    """One delivery being answered: its key, and what was done of it so far.

    `asked_at` is when it was asked, of one that is taken up again.
    """

    key: str
    asked_at: datetime | None = None
    entries: list[int] = field(default_factory=list, compare=False)
    """Its lines in the journal."""

    def mark(self, rank: int) -> str:
        """Return what finds its fact of this rank again in Slack, whichever process said it."""
        return hashlib.sha256(f"{self.key}:{rank}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Visit:
    """One command, click or form, let through by `bot.slack.access`."""

    desk: Desk
    company: Company
    voice: Voice
    at: datetime
    trigger: str
    clicked: str = ""
    """What the public message that was clicked says (mrkdwn); empty elsewhere."""
    among_others: bool = False
    """Whether that message says other things too: the announcer draws it anew, as a whole."""
    modals: tuple[str, ...] = ()
    """The modal that was clicked in, then those that it lies upon; of a form, those that it lay upon."""

    attempt: Attempt | None = None
    """The delivery that it answers."""

    facts: list[Sequence[Block]] = field(default_factory=list, compare=False)
    """What was said aloud in the course of it: the facts of its acts."""

    @property
    def user(self) -> str:
        """The Slack user who acts."""
        return self.voice.user

    @property
    def language(self) -> Language:
        """The language in which the team of this company is spoken to."""
        return self.company.language

    @property
    def today(self) -> date:
        """The company's local date."""
        return self.company.day_of(self.at)

    @contextlib.contextmanager
    def books(self) -> Iterator[Books]:
        """Open the books for one act, which is one transaction, and holds that its delivery did it."""
        with open_books(self.desk.database, self.company) as b:
            yield b
            if b.written and self.attempt is not None:
                deliveries.acts(b, self.attempt.key, self.attempt.entries)
        if self.attempt is not None:
            self.attempt.entries.extend(b.written)

    def look(self) -> AbstractContextManager[Books]:
        """Open the books to look only."""
        return self.desk.look(self.company)

    def tell(self, text: str, blocks: Sequence[Block] = (), *, instead: bool = False) -> None:
        """Answer the person alone."""
        self.voice.whisper(text, blocks, instead=instead)

    def open(self, view: Block) -> None:
        """Open a form, on top of the modal that was clicked in. Slack leaves three seconds for it.

        Raises Refused when they are over.
        """
        show = self.desk.client.views_push if self.modals else self.desk.client.views_open
        try:
            show(trigger_id=self.trigger, view=view)
        except SlackApiError as error:
            if error.response.get("error") in TOO_LATE:
                raise Refused("saisie.too_late") from error
            raise
        except SLACK_TROUBLE as error:
            raise Refused("saisie.form_unsure") from error

    def change_modals(self, view: Block) -> bool:
        """Draw the modals anew that the person acted from; False when there are none, or they are closed."""
        changed = [self._change_modal(id_, view) for id_ in self.modals]
        return any(changed)

    def _change_modal(self, id_: str, view: Block) -> bool:
        try:
            self.desk.client.views_update(view_id=id_, view=view)
        except SLACK_TROUBLE:
            log.info("modal_closed_meanwhile")
            return False
        return True

    def publish(self, text: str, blocks: Sequence[Block]) -> None:
        """Say a fact in the company's channel, and whisper it too to who acted from elsewhere.

        The act is in the books already: what Slack does not take now is kept, said once it does, in the order
        of the acts, and the person is told so, with the fact.
        """
        self.facts.append(blocks)
        if not self._said_now(SpokenFact(self._own_mark(), text, blocks)):
            later = say("common.published_later", self.language)
            with contextlib.suppress(*SLACK_TROUBLE):
                self.tell(f"{text}\n{later}", [*blocks, drawn.context(later)])
        elif self.voice.channel != self.company.slack_channel:
            published = say("common.published", self.language, channel=self.company.slack_channel)
            self.tell(text, [*blocks[:1], drawn.context(published)])

    def _said_now(self, fact: SpokenFact) -> bool:
        """Say a fact; False when it is kept for later."""
        with self.look() as b:
            waiting = announcements.facts_wait(b)
        if waiting:
            self._keep(fact, lost=False)
            return False
        try:
            self.voice.aloud(self.company.slack_channel, fact.text, fact.blocks, mark=self._mark(fact))
        except SLACK_TROUBLE as error:
            log.exception("fact_not_published")
            lost = not isinstance(error, SlackApiError) or error.response.status_code >= LOST
            self._keep(fact, lost=lost)
            return False
        return True

    def _own_mark(self) -> str:
        return self.attempt.mark(len(self.facts)) if self.attempt else secrets.token_hex(8)

    def _mark(self, fact: SpokenFact) -> dict[str, Any]:
        return {"id": fact.mark, "company": self.company.key}

    def _keep(self, fact: SpokenFact, *, lost: bool) -> None:
        with self.books() as b:
            announcements.keep_fact(b, fact, lost=lost, at=self.at)

    def value(self, id_: int, *more: Any) -> str:
        """Return what a button carries: the company and an id, from which the state is read again."""
        return ":".join(str(part) for part in (self.company.key, id_, *more))
