"""Which accounts are customers: 411 with an auxiliary account, or with figures of their own after 411."""

from receivables.text import fold
from store.imports.fec.facts import CustomerLedger, LedgerAccount
from store.imports.records import Client

ROOT = "411"
ASIDE = ("413", "416", "418", "419")
"""Accounts of customers that are no invoices of theirs: bills, doubtful debts, to be invoiced, advances."""
_SHARED = frozenset({
    "client", "clients", "collectif", "collectifs", "divers", "comptoir", "particuliers", "passage", "cb",
    "caisse", "ventes", "comptant",
})  # fmt: skip
_LONGEST = 300


def is_shared(name: str, number: str) -> bool:
    """Tell whether an account stands for many customers: no figures of its own, or a name that says so."""
    own = number[len(ROOT) :].strip("0 ")
    words = fold(name).split()
    return not own or not words or words[0] in _SHARED


def name_of(name: str, *numbers: str) -> str:
    """Return a name to write to; empty for none, or for what is but the number of an account."""
    folded = fold(name).replace(" ", "")
    with_figures = {fold(each).replace(" ", "") for each in numbers if any(map(str.isdigit, each))}
    return "" if not folded or folded.isdigit() or folded in with_figures else name[:_LONGEST]


def clients_of(ledger: CustomerLedger) -> list[Client]:
    """Return the customers; a name that lacks is empty, until the books are asked for it."""
    return [
        Client(name=each.name, folded=fold(each.name) or each.name.casefold(), code=each.code)
        for each in ledger.accounts.values()
    ]


def seen(
    accounts: dict[str, LedgerAccount], code: str, number: str, name: str, line: int
) -> tuple[str, str] | None:
    """Note one line of an account; return both names where it has a second one. The last one holds."""
    known = accounts.setdefault(code, LedgerAccount(code, name, line))
    known.numbers.add(number)
    if not name or name == known.name:
        return None
    before, known.name = known.name, name
    return (before, name) if before and fold(before) != fold(name) else None
