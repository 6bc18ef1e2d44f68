"""Addresses as mail takes them, and people as a header shows them."""

import re
from collections.abc import Sequence

from receivables.addresses import judge
from receivables.codes.channels import REACHES, Reach
from receivables.correspondence import Addressee
from receivables.errors import RelanceError

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class NoAddress(RelanceError):
    """Nobody at the customer's can be written to (SCHEDULE 14)."""


def one_line(text: str) -> str:
    """Return `text` without line breaks or control signs, so that no header can be added by a name."""
    return _CONTROL.sub(" ", text).strip()


def split_address(address: str) -> tuple[str, str]:
    """Return the name and the bare address of `Name <local@domain>` or `local@domain`."""
    name, opening, rest = one_line(address).rpartition("<")
    if not opening:
        return "", rest
    return name.strip().strip('"'), rest.partition(">")[0].strip()


def bare_address(address: str) -> str:
    """Return the address as SMTP takes it: ASCII, with the domain in punycode.

    Raises BadAddress, above all on accents before the @, which few servers accept (SMTPUTF8).
    """
    return judge(split_address(address)[1]).ascii


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
