"""A transaction of the post room, on a bare connection: no entity is loaded for ten thousand mails."""

from dataclasses import dataclass

from sqlalchemy import Connection

from receivables.company import Company
from store.books import Books


@dataclass(frozen=True, slots=True)
class PostDesk:
    """One transaction of the post room on a company's books, without entities."""

    connection: Connection
    company: Company
    company_id: int

    @classmethod
    def of(cls, b: Books) -> "PostDesk":
        """Return the desk that writes within the transaction of these books."""
        b.session.flush()
        return cls(b.session.connection(), b.company, b.company_id)
