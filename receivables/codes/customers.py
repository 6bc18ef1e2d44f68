"""Kinds of customers: the law of late payment depends on it."""

from enum import StrEnum


class CustomerKind(StrEnum):
    """What a customer is."""

    BUSINESS = "business"
    PUBLIC = "public"
    CONSUMER = "consumer"


UNKNOWN = "unknown"
"""Said in the place of a kind that nobody has told."""
