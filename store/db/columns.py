"""Column types: integer cents for money, aware UTC for instants, text for codes, JSON for small records."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator

from receivables.money import from_cents, to_cents

Key = BigInteger().with_variant(Integer, "sqlite")


class Cents(TypeDecorator[Decimal]):
    """A `Decimal` amount in code, an integer number of cents in the database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Turn an amount into cents."""
        return None if value is None else to_cents(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Turn cents into an amount."""
        return None if value is None else from_cents(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in code, UTC in the database. Naive instants are refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive instant and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a timezone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware UTC instant."""
        return None if value is None else value.replace(tzinfo=UTC)


class Code(TypeDecorator[StrEnum]):
    """A member of an enum in code, its text in the database.

    A text that no member has, written by another version, is read as the text that it is. Of several kinds
    the first one that has the text gives the member.
    """

    impl = String
    cache_ok = True

    def __init__(self, *kinds: type[StrEnum]) -> None:
        super().__init__()
        self.kinds = kinds
        self._members: Mapping[str, StrEnum] = {
            str(member): member for kind in reversed(kinds) for member in kind
        }

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return the text of a member."""
        return None if value is None else str(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:  # noqa: ARG002
        """Return the member that a text writes."""
        return self._members.get(value, value) if value is not None else None


__all__ = ["JSON", "Cents", "Code", "Key", "UtcDateTime"]
