"""Whatever people type, they get a sentence (or a form), and the books stay whole."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.books import read_books
from store.db.tables import Allocation, Invoice, JournalLine, Payment
from tests.bot.conftest import Office

NUMBERS = [
    "FAC-1",
    "FAC-12",
    "FAC-123",
    "fac 123",
    "FAC–123",
    "123",
    "FAC-9",
    "2026/11",
    "",
    "Garage",
    "n° 12",
]
AMOUNTS = [
    "500",
    "1 200,50 €",
    "1.234",
    "0",
    "-3",
    "12",
    "1e9",
    "999999999999",
    "½",
    "٣",
    "solde",
    "5 $",
    "1,2k",
]
DATES = [
    "hier",
    "le 15/11",
    "15/12",
    "03/04/05",
    "31/02",
    "vendredi",
    "fin du mois",
    "dans quinze jours",
    "le 12",
]
WORDS = ["par chèque", "virement", "promet", "répondeur", "litige", "pourquoi", "aide", "de", "le", "à", "et"]
ODD = [
    "<!channel>",
    "<@U0PAUL>",
    "<https://a.example|b>",
    "&amp;",
    "«\u00a0x\u00a0»",
    "\u202e",
    "\x00",
    "{{ x }}",
    "%s",
    "*_~`",
]
pieces = st.one_of(
    *(st.sampled_from(pool) for pool in (NUMBERS, AMOUNTS, DATES, WORDS, ODD)),
    st.text(max_size=12),
    st.text(alphabet="0123456789 ,./-€", max_size=12),
)
lines = st.tuples(
    st.sampled_from(["/paye", "/appel", "/escalade", "/relances"]),
    st.lists(pieces, max_size=7).map(" ".join) | st.text(max_size=700),
).map(" ".join)


@pytest.fixture
def busy(office: Office) -> Office:
    """A bot whose books hold a few invoices that come near each other."""
    for number in ("FAC-1", "FAC-12", "FAC-123", "FAC-124"):
        office.add_invoice(number, amount="100000.00")
    return office


def books_are_whole(office: Office) -> tuple[int, int]:
    """Check that every invoice and payment adds up; return how many payments and journal lines there are."""
    with read_books(office.database, office.company) as b:
        for invoice in b.session.query(Invoice):
            live = b.session.query(Allocation).filter_by(invoice_id=invoice.id, undone_at=None)
            assert invoice.amount - sum(one.amount for one in live) == invoice.outstanding
        for payment in b.session.query(Payment):
            live = b.session.query(Allocation).filter_by(payment_id=payment.id, undone_at=None)
            assert payment.amount - sum(one.amount for one in live) == payment.open
        return b.session.query(Payment).count(), b.session.query(JournalLine).count()


@pytest.mark.parametrize("examples", [200, pytest.param(10_000, marks=pytest.mark.soak)])
def test_any_text_gets_a_sentence_and_does_all_or_nothing(busy: Office, examples: int) -> None:
    acts = [0]

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(lines)
    def types_anything(line: str) -> None:
        seen = busy.types(line)
        view = busy.person().view
        assert seen.answer.status == 200
        assert len(seen.messages) + len(seen.whispers) + (view is not None) == 1, line
        said = seen.public + seen.private
        assert "référence" not in said, line
        assert "{{" not in said or "{{" in line
        assert "<!channel>" not in said
        acts[0] += len(seen.messages)
        assert books_are_whole(busy)[1] == acts[0], line
        if view is not None:
            busy.person().close()

    types_anything()
