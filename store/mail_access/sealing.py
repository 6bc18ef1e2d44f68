"""Encryption of what is kept of tokens: with a key derived from `RELANCE_SECRET`."""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"relance: tokens of the mail servers"
"""A key derived for this opens nothing else, and is no key of what signs."""


class Unsealable(Exception):
    """None of the secrets opens it: the one that sealed it was taken away, or it was changed."""


class Seal:
    """Seals with the first of the secrets, opens with any of them. At least one is given."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(_key(secret)) for secret in secrets])

    def close(self, text: str) -> str:
        """Return a text sealed."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the text that was sealed. Raises Unsealable."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise Unsealable from error


def _key(secret: str) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
