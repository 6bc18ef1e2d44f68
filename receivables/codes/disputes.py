"""Kinds of disputes (litiges), and how they end."""

from collections.abc import Mapping
from enum import StrEnum


class DisputeKind(StrEnum):
    """What a customer contests."""

    ADMINISTRATIVE = "administrative"
    PRICE = "price"
    QUALITY = "quality"
    MISSING_GOODS = "missing_goods"
    DELIVERY = "delivery"
    ALREADY_PAID = "already_paid"
    OTHER = "other"


FOLLOW_UP: Mapping[DisputeKind, int] = {
    DisputeKind.ADMINISTRATIVE: 3,
    DisputeKind.PRICE: 5,
    DisputeKind.QUALITY: 10,
    DisputeKind.MISSING_GOODS: 5,
    DisputeKind.DELIVERY: 5,
    DisputeKind.ALREADY_PAID: 2,
    DisputeKind.OTHER: 5,
}
"""Open days after which the resolver is asked, by kind: a missing purchase order takes a call, an expert's
visit two weeks; a payment said to have left is at the bank within two days."""


class DisputeQuestion(StrEnum):
    """What the resolver of a dispute is asked. `later` is what was asked, once its day was put off."""

    FOLLOW_UP = "follow_up"
    MANAGER = "manager"
    PAID = "paid"
    LATER = "later"


class DisputeEnd(StrEnum):
    """How a dispute was settled, as the form offers it; `undone` is that of one that never was."""

    OURS = "ours"
    THEIRS = "theirs"
    CREDIT_COMING = "credit_coming"
    PAID = "paid"
    UNDONE = "undone"
    FILE = "file"
    """A file that had told of it does so no more."""
