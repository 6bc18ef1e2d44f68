"""Addresses as mail takes them, and people as a header shows them."""

import re
from collections.abc import Sequence
from functools import lru_cache

from receivables.codes.channels import REACHES, Reach
from receivables.correspondence import Addressee
from receivables.errors import RelanceError

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_DOMAIN = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\Z")


class NoAddress(RelanceError):
    """Nobody at the customer's can be written to (SCHEDULE 14)."""


class BadAddress(RelanceError):
    """An address no mail can be sent to; its sentence says what is wrong, without the address."""


def one_line(text: str) -> str:
    """Return `text` without line breaks or control signs, so that no header can be added by a name."""
    return _CONTROL.sub(" ", text).strip()


def split_address(address: str) -> tuple[str, str]:
    """Return the name and the bare address of `Name <local@domain>` or `local@domain`."""
    name, opening, rest = one_line(address).rpartition("<")
    if not opening:
        return "", rest
    return name.strip().strip('"'), rest.partition(">")[0].strip()


@lru_cache(maxsize=4096)
def bare_address(address: str) -> str:
    """Return the address as SMTP takes it: ASCII, with the domain in punycode.

    Raises BadAddress, above all on accents before the @, which few servers accept (SMTPUTF8).
    """
    local, at, domain = split_address(address)[1].rpartition("@")
    if not at or not _LOCAL.match(local) or len(local) > 64:
        raise BadAddress("mails.bad_local_part")
    try:
        plain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise BadAddress("mails.bad_domain") from error
    if not _DOMAIN.match(plain):
        raise BadAddress("mails.bad_domain")
    return f"{local}@{plain}"


def bare(addresses: Sequence[str]) -> tuple[str, ...]:
    """Return addresses as SMTP takes them, each once. Raises BadAddress."""
    return tuple(dict.fromkeys(bare_address(address) for address in addresses))


def display(person: Addressee) -> str:
    """Return an address as the To header shows it: with the person's name, if known."""
    name = (person.name or "").replace("<", " ").replace(">", " ").strip()
    return f"{name} <{person.address}>" if name and REACHES[person.reach].mailbox else person.address


def check(to: Sequence[str], reach: Reach | None) -> None:
    """Refuse what nothing can be sent to: an address that mail does not take. Raises BadAddress."""
    if reach is not None and REACHES[reach].mailbox:
        bare(to)
