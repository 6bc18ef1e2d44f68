"""Statements, thanks and words on instalments tried at start as the other e-mails are, from samples."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

from message_templates.pieces.instalment import InstalmentContext, render_instalment
from message_templates.pieces.mail import Rendered
from message_templates.pieces.statement import StatementContext, render_statement
from message_templates.pieces.thanks import PaidInvoice, ThanksContext, render_thanks
from receivables.codes.payments import Means
from receivables.company import Company
from receivables.correspondence import OpenCredit
from receivables.statements import Balance, OpenItem, Received, Statement

_TODAY = date(2026, 12, 1)
Trial = Callable[[Path | None], Rendered]


def statements(company: Company, language: str, form: str) -> Iterator[Trial]:
    """Yield a statement that tells all that there may be, and one that tells next to nothing."""
    for statement in (full_statement(), _bare()):
        context = StatementContext(
            company, "Client Modèle", statement, contact="Camille", language=language, address_form=form
        )
        yield partial(render_statement, context)


def thanks(company: Company, language: str, form: str) -> Iterator[Trial]:
    """Yield thanks for one invoice, and for two."""
    one, two = PaidInvoice("F-1", Decimal(100)), PaidInvoice("F-2", Decimal(200))
    for paid in ((one,), (one, two)):
        context = ThanksContext(company, "Client Modèle", _TODAY, paid, language=language, address_form=form)
        yield partial(render_thanks, context)


def instalments(company: Company, language: str, form: str) -> Iterator[Trial]:
    """Yield a word about the first instalment of two, and one about the last."""
    for rank, after in ((1, Decimal(200)), (2, Decimal(0))):
        context = InstalmentContext(
            company=company, customer="Client Modèle", today=_TODAY, rank=rank, count=2, on=_TODAY,
            amount=Decimal(100), after=after, numbers=("F-1", "F-2")[:rank], language=language,
            address_form=form,
        )  # fmt: skip
        yield partial(render_instalment, context)


TRIALS: Mapping[str, Callable[[Company, str, str], Iterator[Trial]]] = {
    "statement": statements,
    "thanks": thanks,
    "instalment": instalments,
}
"""By the folder of the e-mail: what it is tried with."""


def full_statement() -> Statement:
    """Return a statement in two currencies with all that one may tell."""
    late = OpenItem(
        1, "F-1", _TODAY - timedelta(days=60), _TODAY - timedelta(days=30), Decimal(200), Decimal(100), "EUR",
        disputed=Decimal(10),
    )  # fmt: skip
    coming = OpenItem(2, "F-2", None, _TODAY + timedelta(days=10), Decimal(50), Decimal(50), "CHF")
    return Statement(
        1,
        _TODAY - timedelta(days=30),
        _TODAY,
        (
            Balance("EUR", Decimal(100), Decimal(100), Decimal(80), Decimal(20)),
            Balance("CHF", Decimal(0), Decimal(50), Decimal(0), Decimal(0)),
        ),
        (late, coming),
        (OpenCredit(Decimal(20), "EUR", "AV-1", _TODAY), OpenCredit(Decimal(5), "EUR", None, None)),
        (Received(_TODAY, Decimal(80), "EUR", Means.TRANSFER), Received(_TODAY, Decimal(8), "EUR")),
    )


def _bare() -> Statement:
    paid = Balance("EUR", Decimal(80), Decimal(0), Decimal(100), Decimal(0))
    return Statement(1, _TODAY - timedelta(days=30), _TODAY, (paid,), (), (), ())
