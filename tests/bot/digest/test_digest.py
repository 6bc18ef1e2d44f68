"""The morning digest, at every size, and what people read in it."""

import io
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest

from bot.digest import card as digest
from bot.invoices import list as late_list
from bot.invoices import workbook
from receivables.company import Company, Mode
from receivables.language import Language
from store.digest import Leaving, Morning
from store.invoices.last_acts import LastAct
from store.morning.late import LateCustomer, LateInvoice
from tests.bot import limits
from tests.bot.conftest import plain

DAY = date(2026, 11, 23)
NASTY = "<!channel> & <@U0PAUL> *Société* des Très Longs Noms " * 6


def customers(count: int, *, name: str = "Client", each: int = 3) -> tuple[LateCustomer, ...]:
    late = [
        LateInvoice(n, f"FAC-{n:05}", DAY - timedelta(days=n % 90 + 1), n % 90 + 1, Decimal(100 + n), "EUR")
        for n in range(1, count + 1)
    ]
    return tuple(
        LateCustomer(start, f"{name} {start}", "U0SOPHIE", "Sophie", tuple(late[start : start + each]))
        for start in range(0, count, each)
    )


def morning(late: Sequence[LateCustomer] = (), **facts: object) -> Morning:
    known = {"day": DAY, "mode": "live", "late": tuple(late), "since": date(2026, 11, 20), "before": None}
    return Morning(**{**known, "newly": (), **facts})  # type: ignore[arg-type] # each test names its facts


def acts(late: Sequence[LateCustomer]) -> dict[int, LastAct]:
    return {line.invoice.id: LastAct("step", DAY, "mise_en_demeure") for line in late_list.lines(late)}


def read(company: Company, facts: Morning) -> str:
    drawn = digest.draw(company, facts, acts(facts.late))
    limits.check(drawn)
    return plain("\n".join(limits.texts(drawn)))


@pytest.mark.parametrize("count", [0, 1, 2, 29, 30, 31, 49, 5_000])
@pytest.mark.parametrize("name", ["Client", NASTY, "&" * 300, "é" * 300])
def test_slack_takes_it_at_every_size(company: Company, count: int, name: str) -> None:
    late = customers(count, name=name)
    facts = morning(late, needs_go=count > 30)
    drawn = digest.draw(company, facts, acts(late))
    limits.check(drawn)
    shown = [block for block in drawn if str(block.get("block_id", "")).startswith("late:")]
    assert len(shown) <= 30
    if name == "Client":
        assert len(shown) == min(count, 30)
    assert digest.whole(facts, drawn) == (len(shown) == count)
    assert len(digest.digest_sentence(facts, Language.FR)) < 300


def test_foreign_names_mention_nobody(company: Company) -> None:
    text = read(company, morning(customers(1, name=NASTY)))
    assert "<!channel>" not in text
    assert "<@U0PAUL>" not in text
    assert "&lt;!channel&gt; &amp; &lt;@U0PAUL&gt;" in text


def test_owners_are_mentioned_only_when_they_are_in_slack(company: Company) -> None:
    (known,) = customers(1)
    named = replace(known, owner=None, owner_name="Sophie <!here>")
    nobody = replace(known, owner="pas un id", owner_name=None)
    assert "· <@U0SOPHIE>" in read(company, morning([known]))
    assert "· Sophie &lt;!here&gt;" in read(company, morning([named]))
    assert "· sans responsable" in read(company, morning([nobody]))


def test_the_figures_of_the_morning(company: Company) -> None:
    late = customers(4, each=2)
    text = read(
        company,
        morning(
            late,
            before={"EUR": Decimal("300.00")},
            newly=late[0].invoices,
            paid={"EUR": Decimal("1250.50")},
            settled=1,
            broken=2,
            calls=3,
            tasks=1,
            leaving=Leaving(planned=12, at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
        ),
    )
    for said in (
        "Encaissements du lundi 23 novembre 2026",
        "*En retard*\n410,00 €\n110,00 € de plus que le 20/11",
        "*Factures*\n4 factures chez 2 clients",
        "*Nouveaux retards*\n2 factures, 203,00 €",
        "*Encaissé depuis le 20/11*\n1 250,50 €, 1 facture soldée",
        "*Promesses rompues*\n2",
        "*Appels à passer*\n3, et 1 autre tâche",
        "12 relances partent aujourd’hui à partir de 10:00.",
        "*Client 0* · <@U0SOPHIE> · 2 factures, 203,00 €\n*FAC-00001* · 101,00 € · 2 jours de retard",
        "dernière action : mise en demeure le 23/11",
    ):
        assert said in text


@pytest.mark.parametrize(
    ("mode", "leaving", "said"),
    [
        (Mode.LIVE, Leaving(planned=2, sent=5, at=datetime(2026, 11, 23, 12, 0, tzinfo=UTC)),
         "5 relances sont déjà parties aujourd’hui. 2 relances partent aujourd’hui à partir de 13:00."),
        (Mode.LIVE, Leaving(), "Aucune relance ne part aujourd’hui."),
        (Mode.DRAFT, Leaving(planned=7), "Mode brouillon : 7 relances sont prêtes, rien ne part."),
        (Mode.MANUAL, Leaving(), "Mode manuel : rien ne part sans vous."),
        (Mode.SANDBOX, Leaving(), "tout part vers l’adresse d’essai"),
        (Mode.LIVE, Leaving(other=1), "1 envoi a échoué ou reste incertain."),
    ],
)  # fmt: skip
def test_what_leaves_is_said_by_mode(company: Company, mode: Mode, leaving: Leaving, said: str) -> None:
    assert said in read(company, morning(mode=mode.value, leaving=leaving))


def test_a_morning_without_late_invoices_is_pleasant(company: Company) -> None:
    text = read(company, morning(paid={"EUR": Decimal(10)}, settled=1))
    assert "*Aucune facture en retard ce matin.*" in text
    assert "10,00 €, 1 facture soldée" in text


def test_an_unusual_morning_has_its_button(company: Company) -> None:
    facts = morning(customers(1), needs_go=True, leaving=Leaving(planned=450))
    drawn = digest.draw(company, facts, {})
    assert "450 relances sortent de l’ordinaire" in read(company, facts)
    (row,) = [block for block in drawn if block["type"] == "actions"]
    assert row["elements"][0]["value"] == "durand:2026-11-23"


def test_the_spreadsheet_holds_every_invoice_and_no_formula() -> None:
    late = customers(5_000, name="=HYPERLINK(1)")
    started = time.monotonic()
    book = openpyxl.load_workbook(io.BytesIO(workbook.write_workbook(morning(late), acts(late), Language.FR)))
    assert time.monotonic() - started < 30
    rows = list(book.active.values)  # type: ignore[union-attr] # a book just read has a sheet
    assert len(rows) == 5_001
    assert rows[0][:3] == ("Client", "Responsable", "Facture")
    assert rows[1][0] == "=HYPERLINK(1) 0"
    assert book.active["A2"].data_type == "s"  # type: ignore[index]
    assert (rows[1][5], plain(str(rows[1][8]))) == (101, "dernière action : mise en demeure le 23/11")
