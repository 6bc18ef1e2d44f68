"""What a customer is: what was said of it, else what its SIREN tells."""

from receivables.codes.customers import UNKNOWN, CustomerKind

_PUBLIC = ("1", "2")
"""How the SIREN of the State, of local authorities and of their establishments begins."""


def told_by_siren(siren: str | None) -> CustomerKind | None:
    """Return `public` for a SIREN of a public body; any other tells nothing: associations have one too."""
    return CustomerKind.PUBLIC if siren and siren.startswith(_PUBLIC) else None


def kind_of(kind: CustomerKind | str | None, siren: str | None) -> CustomerKind | None:
    """Return what a customer is, as a file or a person said, else as its SIREN tells; None: unknown."""
    return CustomerKind(kind) if kind else told_by_siren(siren)


def rank_of(kind: CustomerKind | str | None, siren: str | None) -> str:
    """Return the customer's kind as texts know it: `unknown` gets no legal line, and no indemnity."""
    return kind_of(kind, siren) or UNKNOWN
