"""Reading the customer's cells of a row: who it is, and how to reach it."""

import re
from collections.abc import Callable, Collection
from dataclasses import fields
from decimal import Decimal
from typing import Any

from stdnum import luhn
from stdnum.exceptions import ValidationError

from receivables.addresses import LONGEST, BadAddress, judge
from receivables.codes.addresses import AddressFault
from receivables.codes.roles import ContactRole
from receivables.company import Company
from receivables.text import fold
from store.imports.questions import APART, ONE, ImportQuestion, QuestionKind
from store.imports.records import NEAREST, Client
from store.imports.report import Findings
from store.imports.rows.cells import Cells
from store.imports.tables.files import Cell
from store.imports.values import terms, words
from store.imports.values.amounts import BadValue

FIELDS = ("customer", "code", "siren", "kind", "language", "manager", "policy", "payer", "phone", "contact",
          "credit_limit", "email", "email_reminders", "email_accounting", "penalty_rate", "discount_rate",
          "discount_days", "address", "postcode", "city", "address_form", "statement")  # fmt: skip
"""Columns of a customer: two rows that say the same in all of them are one reading."""
_MERGED = tuple(
    each.name for each in fields(Client) if each.name not in {"name", "folded", "code", "uses", "unwritable"}
)
"""What a later row may say where an earlier one was silent: all but who the customer is."""
_NAME_LENGTH = 300
_PARTS = re.compile(r"[;,|\s]+")
_BRACKETED = re.compile(r"<([^<>]+)>")
_NOT_DIGITS = re.compile(r"\D")


_USES = {
    "email_reminders": ContactRole.BILLING,
    "email_accounting": ContactRole.ACCOUNTING,
    "email": ContactRole.GENERAL,
}
"""What an address of a column is for."""
_NAMED = (
    (ContactRole.BILLING, ("relance", "recouvrement", "reminder", "dunning", "collection")),
    (ContactRole.ACCOUNTING, ("compta", "factur", "billing", "invoice", "account", "fournisseur", "finance")),
    (ContactRole.GENERAL, ("info", "contact", "accueil", "bonjour", "hello", "secretariat")),
)


def _named_use(address: str) -> ContactRole | None:
    """Return the use that the name of a mailbox says, before its @."""
    mailbox = fold(address.rpartition("@")[0])
    return next((use for use, names in _NAMED if any(name in mailbox for name in names)), None)


def _use_of(address: str, cell: Collection[str], column: ContactRole) -> ContactRole:
    """Return the use of an address: that of its column, or a further one by its name."""
    named = [NEAREST.index(use) for each in cell if (use := _named_use(each)) is not None]
    if len(cell) == 1 or not named:
        return column
    own = _named_use(address)
    further = own is not None and NEAREST.index(own) > min(named)
    return own if further and own else NEAREST[min(*named, NEAREST.index(column))]


class Clients:
    """The customers of a file, one for each key, merged over their rows."""

    def __init__(self, company: Company, findings: Findings) -> None:
        self.by_key: dict[str, Client] = {}
        self._company = company
        self._findings = findings
        self._seen: dict[tuple[Cell, ...], Client] = {}
        self._policies = {fold(key): key for key in company.policies}

    def of_row(self, cells: Cells) -> Client | None:
        """Return the customer of a row; None when none is named or a cell of its own is refused."""
        raw = tuple(cells.filled.get(name, "") for name in FIELDS)
        client = self._seen.get(raw)
        if client is None:
            before = self._findings.refused_count
            read = self._read(cells)
            if read is None or self._findings.refused_count > before:
                return None
            client = self._seen[raw] = self._merge(cells.line, read)
        return client

    def _read(self, cells: Cells) -> Client | None:
        code = cells.text("code")[:_NAME_LENGTH] or None
        name = cells.text("customer")[:_NAME_LENGTH] or code
        if name is None:
            cells.bad("customer", BadValue("imports.a_customer"))
            return None
        limit, line = cells.amount("credit_limit"), cells.line
        uses, unwritable = self._addresses(cells, name)
        return Client(
            name=name,
            folded=fold(name) or name.casefold(),
            code=code,
            siren=self._siren(line, cells.text("siren")),
            kind=self._word(line, "unknown_kind", cells.text("kind") or _kind_as_type(cells), words.kind),
            language=self._word(line, "unknown_language", cells.text("language"), words.language),
            manager=cells.text("manager")[:_NAME_LENGTH] or None,
            policy=self._policy(line, cells.text("policy")),
            payer=cells.text("payer")[:_NAME_LENGTH] or None,
            phone=_phone(cells.text("phone")),
            contact=cells.text("contact")[:_NAME_LENGTH] or None,
            credit_limit=limit[0] if limit else None,
            uses=uses,
            unwritable=unwritable,
            **self._terms(cells),
        )

    def _terms(self, cells: Cells) -> dict[str, Any]:
        """Return what was agreed with the customer: rate of penalties, discount, address, manners."""
        line, rate = cells.line, self._penalty_rate(cells)
        granted = cells.read("discount_rate", terms.discount)
        days = cells.read("discount_days", terms.discount_days)
        return {
            "penalty_rate": rate,
            "penalty_cell": (line, cells.layout.title("penalty_rate")) if rate is not None else None,
            "discount_rate": granted.rate if granted else None,
            "discount_days": days or (granted.days if granted else None),
            "postal_address": terms.address(
                cells.filled.get("address"), cells.text("postcode"), cells.text("city")
            ),
            "address_form": self._word(line, "unknown_form", cells.text("address_form"), terms.address_form),
            "statement": self._word(line, "unknown_statement", cells.text("statement"), terms.statement),
        }

    def _penalty_rate(self, cells: Cells) -> Decimal | None:
        rate = cells.read("penalty_rate", terms.penalty_rate)
        if rate is None and "penalty_rate" in cells.filled:
            self._findings.notice("legal_rate", cells.line, cells.text("penalty_rate"))
        return rate

    def _word(self, line: int, notice: str, value: str, read: Callable[[str], str | None]) -> str | None:
        found = read(value) if value else None
        if value and found is None:
            self._findings.notice(notice, line, value)
        return found

    def _policy(self, line: int, value: str) -> str | None:
        return self._word(line, "unknown_policy", value, lambda text: self._policies.get(fold(text)))

    def _siren(self, line: int, value: str) -> str | None:
        """Return the nine digits of a SIREN, SIRET or French VAT number; a wrong check digit only warns."""
        digits = _NOT_DIGITS.sub("", value)
        if not value:
            return None
        if len(digits) == 11 and value.upper().startswith("FR"):
            digits = digits[2:]
        if len(digits) not in {9, 14}:
            self._findings.notice("invalid_siren", line, value)
            return None
        try:
            luhn.validate(digits[:9])
        except ValidationError:
            self._findings.notice("invalid_siren", line, value)
        return digits[:9]

    def _addresses(self, cells: Cells, name: str) -> tuple[dict[str, ContactRole], dict[str, AddressFault]]:
        """Return the addresses of a row that can be written to, each with its use, and those that cannot."""
        uses: dict[str, ContactRole] = {}
        unwritable: dict[str, AddressFault] = {}
        for field, column in _USES.items():
            found, wrong = self._emails(cells.line, name, cells.text(field))
            for address in found:
                uses.setdefault(address, _use_of(address, found, column))
            unwritable |= wrong
        return uses, unwritable

    def _emails(self, line: int, name: str, value: str) -> tuple[list[str], dict[str, AddressFault]]:
        """Return the addresses of a cell that can be written to, and those that cannot."""
        found: dict[str, None] = {}
        unwritable: dict[str, AddressFault] = {}
        for part in _BRACKETED.findall(value) or filter(None, _PARTS.split(value)):
            address = part.removeprefix("mailto:").strip()
            try:
                found[judge(address).written] = None
            except BadAddress as bad:
                if "@" not in address:
                    self._findings.notice("invalid_email", line, part)
                    continue
                unwritable[address[:LONGEST]] = bad.fault
                self._findings.notice("unwritable_email", line, f"{address} ({name})")
        return list(found), unwritable

    def _tell_namesake(self, line: int, read: Client) -> None:
        """Have its SIREN be the code of a customer whose name another SIREN bears, unless people say no."""
        known = self.by_key.get(read.key)
        if known is None or read.code or not (known.siren and read.siren) or known.siren == read.siren:
            return
        sirens = (known.siren, read.siren)
        question = ImportQuestion(
            QuestionKind.NAME_SIRENS, read.name, (APART, ONE), APART, rows=(line,), count=2, values=sirens
        )
        if self._findings.ask(question) == APART:
            read.code = read.siren

    def _merge(self, line: int, read: Client) -> Client:
        """Add what this row says to what the rows before said of the same customer; the first one holds."""
        self._tell_namesake(line, read)
        known = self.by_key.setdefault(read.key, read)
        if known is read:
            return read
        if known.folded != read.folded and read.name != read.code:
            self._findings.notice(
                "code_with_two_names", line, f"{read.code or read.name} : {known.name}, {read.name}"
            )
        for name in _MERGED:
            if getattr(known, name) is None:
                setattr(known, name, getattr(read, name))
        known.uses = {
            **known.uses,
            **{each: use for each, use in read.uses.items() if each not in known.uses},
        }
        known.unwritable |= read.unwritable
        return known


def _phone(value: str) -> str | None:
    """Return a phone number as written; a French one that a spreadsheet robbed of its zero gets it back."""
    if len(value) == 9 and value.isdecimal() and value[0] != "0":
        return f"0{value}"
    return value[:40] or None


def _kind_as_type(cells: Cells) -> str:
    """Return the cell of a column « Type » when it says what the customer is, not what the paper is."""
    value = cells.text("type")
    return value if len(fold(value).split()) == 1 and words.kind(value) else ""
