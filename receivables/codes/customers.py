"""Kinds of customers, on which the law of late payment depends, and what they get by itself."""

from enum import StrEnum


class CustomerKind(StrEnum):
    """What a customer is."""

    BUSINESS = "business"
    PUBLIC = "public"
    CONSUMER = "consumer"


class StatementRhythm(StrEnum):
    """How often a customer gets a statement of account by itself."""

    MONTHLY = "monthly"
    OFF = "off"


UNKNOWN = "unknown"
"""Said in the place of a kind that nobody has told."""
