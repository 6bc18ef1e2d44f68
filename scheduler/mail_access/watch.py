"""Looking after the tokens between the runs: renewed in time, and what is wrong told before mails wait."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from receivables.codes.mail_access import AccessTrouble
from receivables.company import Company
from scheduler.mail_access.token_server import TokenServerAway
from scheduler.mail_access.tokens import NoAccess, Tokens
from store.books import open_books
from store.db.engine import Database
from store.mail_access import news, rows
from store.mail_access.rows import KeptAccess

ENDING_DAYS = (1, 7)
"""How many days before its known end a consent is spoken of, twice at most."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watch:
    """All tokens of an installation, and the companies whose mails they are for."""

    database: Database
    companies: Mapping[str, Company]
    tokens: Sequence[Tokens]

    def look(self, at: datetime) -> None:
        """Renew what is to be renewed, and tell at the aware instant `at` what is wrong."""
        for one in self.tokens:
            try:
                one.current()
            except (NoAccess, TokenServerAway) as error:
                log.warning("mail_access", extra={"kind": error.code})
        self.tell(at)

    def tell(self, at: datetime) -> None:
        """Tell each company what is wrong: a trouble once a day while it lasts, an end twice."""
        for one in self.tokens:
            account = one.account
            held = one.held()
            good = held.tokens.until if held.tokens and held.good(one.now()) else None
            ways = sorted(way.upper() for way in account.ways)
            if held.kept is not None:
                self._trouble(held.kept, ways, at, good)
                self._end(held.kept, ways, at, one.now())
            door = rows.kept(self.database, account.door(one.way))
            if door is not None:
                self._trouble(door, [one.way.upper()], at, None)

    def _trouble(self, kept: KeptAccess, ways: list[str], at: datetime, good: datetime | None) -> None:
        if kept.trouble is None or kept.since is None:
            return
        for company in self.companies.values():
            with open_books(self.database, company) as b:
                news.trouble(b, kept, ways=ways, good_until=good, at=at)

    def _end(self, kept: KeptAccess, ways: list[str], at: datetime, now: datetime) -> None:
        if kept.ends_at is None or kept.trouble is AccessTrouble.WITHDRAWN:
            return
        left = next((days for days in ENDING_DAYS if kept.ends_at - now <= timedelta(days=days)), None)
        if left is not None:
            for company in self.companies.values():
                with open_books(self.database, company) as b:
                    news.ending(b, kept, ways=ways, left=left, at=at)
