"""Codes of UN/EDIFACT in e-invoices: kinds of documents (UNTDID 1001) and means of payment (UNTDID 4461)."""

from collections.abc import Iterable, Mapping

from receivables.codes.payments import Means

CREDITS = frozenset(["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"])
"""Credit notes; 261, 262, 396, 502, 503 as France has them (self-billed, of many, of a factor, prepaid)."""
CORRECTING = frozenset({"384", "471", "472", "473"})
"""Invoices that take the place of another one."""
FACTORED = frozenset({"393", "396", "472", "473", "501", "502"})
"""Documents of a claim that a factor has bought."""
PROFORMA = "325"
INVOICES = CORRECTING.union(
    [
        "80", "82", "84", "130", "202", "203", "204", "211", "218", "219", "295", "326", "331", "380", "382",
        "383", "385", "386", "387", "388", "389", "390", "393", "394", "395", "456", "457", "500", "501",
        "527", "553", "575", "623", "633", "751", "780", "817", "870", "875", "876", "877", "935",
    ]
)  # fmt: skip
"""What EN 16931 takes for an invoice."""
_MEANS: Mapping[Means, str] = {
    Means.TRANSFER: "30 31 42 45 50 58",
    Means.DIRECT_DEBIT: "49 59 63",
    Means.DRAFT: "24 40 44 60 61 62 64 65 66 70 74 75 76 77 78",
    Means.CARD: "48 54 55",
    Means.CHEQUE: "20 21 22 23 25 26",
    Means.CASH: "10",
    Means.LINK: "68",
}
_MEANS_OF = {code: means for means, codes in _MEANS.items() for code in codes.split()}


def means(codes: Iterable[str]) -> Means | None:
    """Return the one means of payment that codes name; None for none, for several, or for other codes."""
    found = {_MEANS_OF.get(code) for code in codes}
    return found.pop() if len(found) == 1 else None
