"""The tokens of one account for one mail server: kept, renewed in time, and what to say when they are not.

Tokens are kept sealed in the books, so that whatever processes run ask the provider once for all of them.
A refresh token that the provider gives anew takes the place of the one before.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NoReturn, Protocol

from receivables.codes.mail_access import AccessTrouble, Grant, Way
from receivables.errors import RelanceError
from scheduler.mail_access.account import MailAccount
from scheduler.mail_access.grants import Denied, GivenTokens, renew
from scheduler.mail_access.token_server import TokenServerAway
from store.db.engine import Database
from store.mail_access import rows
from store.mail_access.rows import KeptAccess
from store.mail_access.sealing import Seal, Unsealable

MARGIN = timedelta(seconds=30)
"""A token that has less to live is not shown any more: it may be over when the server looks at it."""
WAIT_SECONDS = 25.0
"""How long to wait for the process that has the turn, when nothing is left to show."""
LOOK_SECONDS = 0.2


class NoAccess(RelanceError):
    """The mail server cannot be opened until an administrator puts something right."""


class TokenSource(Protocol):
    """Gives a mail account's tokens, and is told what its server makes of them."""

    def current(self) -> str:
        """Return a token that is good now. Raises NoAccess, TokenServerAway."""

    def another(self, refused: str) -> str:
        """Return another token than one which the server refused. Raises NoAccess, TokenServerAway."""

    def refused(self, words: str) -> NoAccess:
        """Write down that the server refuses a token given just now, and return the error to raise."""

    def accepted(self) -> None:
        """Write down that the server has let us in."""


def no_access(trouble: AccessTrouble, way: Way, words: str) -> NoAccess:
    """Return the error of a trouble, told for one way."""
    return NoAccess(f"mail_access.{trouble}", way=way.upper(), words=words)


@dataclass(frozen=True)
class OpenedTokens:
    """What is kept of an account, opened."""

    tokens: GivenTokens | None
    kept: KeptAccess | None
    unreadable: bool = False

    def good(self, at: datetime) -> str | None:
        """Return the token while it can still be shown."""
        tokens = self.tokens
        return tokens.access_token if tokens and at < tokens.until - MARGIN else None


def _real_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Tokens:
    """The tokens of an account, for one way."""

    account: MailAccount
    way: Way
    database: Database = field(repr=False)
    seal: Seal = field(repr=False)
    now: Callable[[], datetime] = _real_now
    """The true time, which tokens live by; never that of `--at`."""
    wait: Callable[[float], None] = time.sleep

    def current(self) -> str:
        """Return a token that is good now, renewed when its time comes. Raises NoAccess, TokenServerAway."""
        door = rows.kept(self.database, self.account.door(self.way))
        if door is not None and door.paused(self.now()):
            raise no_access(AccessTrouble.REFUSED, self.way, door.words)
        held, at = self.held(), self.now()
        good = held.good(at)
        if good is not None and held.tokens is not None and at < held.tokens.renew_at:
            return good
        return self._renewed(held, good)

    def another(self, refused: str) -> str:
        """Return another token than a refused one: renewed meanwhile, else now."""
        held = self.held()
        good = held.good(self.now())
        return good if good is not None and good != refused else self._renewed(held, None)

    def refused(self, words: str) -> NoAccess:
        """Write down that the server refuses a token given just now."""
        rows.note(self.database, self.account.door(self.way), AccessTrouble.REFUSED, words, at=self.now())
        return no_access(AccessTrouble.REFUSED, self.way, words)

    def accepted(self) -> None:
        """Write down that the server has let us in, if it did not before."""
        rows.well(self.database, self.account.door(self.way))

    def held(self) -> OpenedTokens:
        """Return what is kept of the account."""
        kept = rows.kept(self.database, self.account.name)
        if kept is None or kept.sealed is None:
            return OpenedTokens(None, kept)
        try:
            return OpenedTokens(_opened(self.seal, kept), kept)
        except Unsealable:
            return OpenedTokens(None, kept, unreadable=True)

    def keep(self, tokens: GivenTokens) -> None:
        """Keep tokens, sealed; every trouble of the account is over."""
        told = {
            "access_token": tokens.access_token,
            "renew_at": tokens.renew_at.isoformat(),
            "until": tokens.until.isoformat(),
            "refresh_token": tokens.refresh_token,
        }
        sealed = self.seal.close(json.dumps(told))
        rows.keep(self.database, self.account.name, sealed, ends_at=tokens.ends_at)

    def _renewed(self, held: OpenedTokens, good: str | None) -> str:
        """Return a new token; `good`, the one from before, while there is no new one."""
        at = self.now()
        if held.kept is not None and held.kept.trouble is not None and held.kept.paused(at):
            return good or self._raise(held.kept.trouble, held.kept.words)
        if not rows.take_turn(self.database, self.account.name, at=at):
            return good or self._from_another()
        try:
            return self._ask(at, held)
        except TokenServerAway:
            rows.end_turn(self.database, self.account.name)
            if good is None:
                raise
            return good
        except Denied as denied:
            rows.note(self.database, self.account.name, denied.trouble, denied.words, at=self.now())
            return good or self._raise(denied.trouble, denied.words)

    def _ask(self, at: datetime, before: OpenedTokens) -> str:
        """Ask the provider, now that the turn is ours. Raises Denied, TokenServerAway."""
        held = self.held()
        if held.tokens != before.tokens and (good := held.good(at)) is not None:
            rows.end_turn(self.database, self.account.name)  # another process has just renewed them
            return good
        kept = held.tokens.refresh_token if held.tokens else ""
        refresh_token = kept or self.account.refresh_token
        if self.account.grant is Grant.CONSENT and not refresh_token:
            raise Denied(AccessTrouble.UNREADABLE if held.unreadable else AccessTrouble.NOT_AUTHORIZED, "")
        try:
            tokens = renew(self.account, refresh_token, at=at)
        except Denied as denied:
            replaced = held.unreadable and refresh_token  # by the one that is kept and cannot be read
            if replaced and denied.words.startswith("invalid_grant"):
                raise Denied(AccessTrouble.UNREADABLE, denied.words) from None
            raise
        if not tokens.refresh_token:  # the one that was shown stays good, as long as it was
            ends_at = tokens.ends_at or (held.kept.ends_at if held.kept else None)
            tokens = replace(tokens, refresh_token=refresh_token, ends_at=ends_at)
        self.keep(tokens)
        return tokens.access_token

    def _from_another(self) -> str:
        """Wait for the process that renews; give up when it does not come to an end."""
        for _ in range(int(WAIT_SECONDS / LOOK_SECONDS)):
            self.wait(LOOK_SECONDS)
            held, at = self.held(), self.now()
            good = held.good(at)
            if good is not None:
                return good
            if held.kept is not None and held.kept.trouble is not None and held.kept.paused(at):
                self._raise(held.kept.trouble, held.kept.words)
        raise TokenServerAway("mail_access.token_server_away", kind="being renewed")

    def _raise(self, trouble: AccessTrouble, words: str) -> NoReturn:
        raise no_access(trouble, self.way, words)


def _opened(seal: Seal, kept: KeptAccess) -> GivenTokens:
    told = json.loads(seal.open(kept.sealed or ""))
    return GivenTokens(
        told["access_token"],
        datetime.fromisoformat(told["renew_at"]),
        datetime.fromisoformat(told["until"]),
        told["refresh_token"],
        kept.ends_at,
    )
