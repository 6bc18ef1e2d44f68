"""Addresses of e-mail: one rule says what can be written to, where they come in and where mail leaves."""

from dataclasses import dataclass
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from receivables.codes.addresses import AddressFault
from receivables.errors import RelanceError

LONGEST = 320


@dataclass(frozen=True, slots=True)
class MailAddress:
    """An address that can be written to: as people write it, and in the ASCII that servers take."""

    written: str
    ascii: str


class BadAddress(RelanceError):
    """An address no mail can be sent to; its sentence says what is wrong, without the address."""

    def __init__(self, fault: AddressFault) -> None:
        super().__init__(f"mails.address_{fault}")
        self.fault = fault


@lru_cache(maxsize=16_384)
def judge(address: str) -> MailAddress:
    """Return a bare address as it can be written to, its domain in punycode where it must be.

    Whether anybody reads it is for its server to say. Raises BadAddress.
    """
    bare = address.strip()
    local, at, _ = bare.rpartition("@")
    try:
        found = validate_email(bare[:LONGEST], check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        accents = bool(at) and not local.isascii()
        raise BadAddress(AddressFault.ACCENTS if accents else AddressFault.MALFORMED) from error
    if found.ascii_email is None:
        raise BadAddress(AddressFault.ACCENTS)
    return MailAddress(found.normalized, found.ascii_email)


def fault(address: str) -> AddressFault | None:
    """Return why nothing can be written to an address; None when it can."""
    try:
        judge(address)
    except BadAddress as bad:
        return bad.fault
    return None
