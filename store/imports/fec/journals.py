"""What an entry is: a sale, money, balances carried over, or else; told by the accounts it moves."""

from collections import defaultdict
from datetime import date
from functools import lru_cache

from receivables.text import fold
from store.imports.fec.facts import MoveKind

_SALE = ("70", "71", "72", "73", "74", "75", "76", "77", "4457")
_MONEY = ("51", "53", "54", "58")
_NONE, _SALES, _MONEYS = 0, 1, 2
_OPENING_CODES = frozenset(
    {"an", "ran", "anv", "anx", "anouv", "ano", "anouveau", "anouveaux", "rep", "ouv", "rn"}
)
_OPENING = ("nouveau", "nouveaux", "ouverture", "reouverture")
_OPENING_LABELS = (
    "a nouveau", "a nouveaux", "report a nouveau", "reports a nouveau", "solde a nouveau", "soldes a nouveau",
    "reprise solde", "reprise des soldes", "solde d ouverture", "ouverture", "reouverture",
)  # fmt: skip
EntryKey = tuple[str, str, date]
"""Journal, number (else the piece) and day."""


class Journals:
    """Learns, line by line, what each entry and each journal moves; then says what a line is."""

    def __init__(self) -> None:
        self._entries: dict[EntryKey, int] = defaultdict(int)
        self._journals: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def learn(self, entry: EntryKey, account: str) -> None:
        """Hear that an entry has a line on `account`."""
        flag = _flag(account[:4])
        if flag:
            self._entries[entry] |= flag
            self._journals[entry[0]][flag - 1] += 1

    def kind(self, entry: EntryKey, title: str, label: str, cents: int) -> MoveKind:
        """Return what a line is that moves a customer's account by `cents`, in a journal of that title."""
        if _opens(entry[0], title) or _opening_label(label):
            return MoveKind.OPENING
        flags = self._entries.get(entry, _NONE)
        if flags == _SALES | _MONEYS:
            return MoveKind.SALE if cents > 0 else MoveKind.MONEY
        if flags == _NONE:
            sales, moneys = self._journals.get(entry[0], (0, 0))
            flags = _NONE if sales == moneys else _SALES if sales > moneys else _MONEYS
            if flags == _MONEYS and cents > 0:
                return MoveKind.OTHER
        if flags == _SALES:
            return MoveKind.SALE
        return MoveKind.MONEY if flags == _MONEYS and cents < 0 else MoveKind.OTHER


@lru_cache(maxsize=4096)
def _flag(start: str) -> int:
    if start.startswith(_SALE):
        return _SALES
    return _MONEYS if start.startswith(_MONEY) else _NONE


@lru_cache(maxsize=1024)
def _opens(code: str, title: str) -> bool:
    words = fold(title).split()
    return fold(code).replace(" ", "") in _OPENING_CODES or any(word in _OPENING for word in words)


@lru_cache(maxsize=8192)
def _opening_label(label: str) -> bool:
    folded = fold(label)
    return folded.startswith(_OPENING_LABELS)
