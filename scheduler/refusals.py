"""What a refusal of a mail server is about: the customer's address, or us and the servers.

Only a refusal of the mailbox itself stops an address: status 5.1.x (RFC 3463) but for those about the sender,
or words to that effect where the server gives no status. Policy (5.7.x), routes and quotas (5.4.x), systems
(5.3.x) and protocol (5.5.x) are no fault of the customer's.
"""

import re
from enum import StrEnum

STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
"""An enhanced status, and no address of a machine."""


class Blame(StrEnum):
    """What a permanent refusal is about."""

    ADDRESS = "address"
    OURS = "ours"


_OF_SENDER = frozenset({"7", "8", "9"})
"""5.1.7 and 5.1.8 blame the sender's address, 5.1.9 a relay on the way."""
_ABOUT_MAILBOX = frozenset({"550", "551", "553", "554"})
_ADDRESS = re.compile(r"(?<![^\s<>@])[^\s<>@]+@[^\s<>@]+")
_FIGURES = re.compile(r"(?<!\S)\S*\d\S*")
READ = 2_000
"""Characters of what a server says that are looked at."""
_NO_MAILBOX = re.compile(
    r"""
      \b(?:unknown|invalid|bad|nonexistent|non-existent|no\ such)\s+
        (?:\w+\s+)?(?:user|recipient|mailbox|account|address|destination|local[ -]?part|person)
    | \b(?:user|recipient|mailbox|account|address|person)\b[^.;]{0,30}\b
        (?:unknown|not\ found|not\ known|not\ exist|doesn.?t\ exist|unavailable|invalid|not\ valid|disabled
        |closed)
    | \bno\ (?:mailbox|account)\ (?:here|by\ that\ name)
    | \b(?:not\ have|doesn.t\ have)\ an?\ [\w.]+\ account
    | \buser\ not\ local
    | \b(?:utilisateur|destinataire|adresse|bo[iî]te)\b[^.;]{0,30}\b
        (?:inconnue?|inexistante?|n.existe\ (?:pas|plus))
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NOT_THE_MAILBOX = re.compile(
    r"""
      spam | block | black | \brbl\b | dnsbl | polic[yi] | reputation | \bspf\b | dkim | dmarc | quota | limit
    | too\ many | too\ much | authenti | sender | client\ host | \blisted | virus | content | \bfull\b | grey
    | relay(?!\ recipient) | denied | \btls\b | \bhelo\b | \bptr\b | reverse | \bdomain | temporar
    | expéditeur
    """,
    re.IGNORECASE | re.VERBOSE,
)


def blame(words: str, status: str = "") -> Blame:
    """Return what a permanent refusal is about, by its status, else by the first one in its words, else by
    its words alone.
    """
    words = words[:READ]
    told = status if status and not status.endswith(".0.0") else ""
    found = STATUS.search(told) or STATUS.search(words)
    if found and found[0] != f"{found[1]}.0.0":
        of_address = found[1] == "5" and found[2] == "1" and found[3] not in _OF_SENDER
        return Blame.ADDRESS if of_address else Blame.OURS
    return Blame.ADDRESS if _names_the_mailbox(words) else Blame.OURS


def of_address(words: str) -> bool:
    """Whether a server's answer to one address is a permanent refusal that says that it does not exist."""
    return words.startswith("5") and blame(words) is Blame.ADDRESS


def _names_the_mailbox(words: str) -> bool:
    """Whether words without a status say that there is no such mailbox, and nothing of another cause."""
    text = _ADDRESS.sub(" ", words)
    codes = re.findall(r"(?<![\d.])5\d\d(?![\d.])", text)
    if codes and codes[0] not in _ABOUT_MAILBOX:
        return False
    return bool(_NO_MAILBOX.search(text)) and not _NOT_THE_MAILBOX.search(text)


def gist(words: str) -> str:
    """Return what makes two refusals the same one: code and status, else the words without what differs."""
    words = words[:READ]
    code, found = words[:3], STATUS.search(words)
    if found:
        return f"{code} {found[0]}"
    alike = _FIGURES.sub(" ", _ADDRESS.sub(" ", words[3:]))
    return f"{code} {' '.join(alike.split())[:80]}"


def codes_of(words: str) -> str:
    """Return of a server's words what a log may say: its codes; of our own words, all."""
    words = words[:READ]
    if not words[:3].isdigit():
        return words
    found = STATUS.search(words)
    return f"{words[:3]} {found[0]}" if found else words[:3]
