"""Column types: integer cents for money, aware UTC for instants, JSON for small records."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer
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


__all__ = ["JSON", "Cents", "Key", "UtcDateTime"]
