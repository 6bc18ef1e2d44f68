"""Marks that nobody else can make, on what travels outside and comes back, such as the tag of an envelope."""

import hashlib
import hmac
from dataclasses import dataclass, field
from enum import StrEnum

LENGTH = 20
"""Signs of a mark: 80 bits in figures and small letters, since mail systems change the case."""


class Purpose(StrEnum):
    """What a mark is for: one made for a thing is worth nothing for another."""

    ENVELOPE = "envelope"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets, at least one: the first signs, each is believed, so that one can be replaced."""

    secrets: tuple[str, ...] = field(repr=False)

    def sign(self, purpose: Purpose, *about: str | int) -> str:
        """Return the mark of these facts."""
        return _mark(self.secrets[0], purpose, about)

    def signed(self, mark: str, purpose: Purpose, *about: str | int) -> bool:
        """Whether one of the secrets made the mark of these facts."""
        told = mark.encode("utf-8", "replace")
        return any(
            hmac.compare_digest(_mark(secret, purpose, about).encode(), told) for secret in self.secrets
        )


def _mark(secret: str, purpose: Purpose, about: tuple[str | int, ...]) -> str:
    text = "\n".join([purpose.value, *(str(each) for each in about)])
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:LENGTH]
