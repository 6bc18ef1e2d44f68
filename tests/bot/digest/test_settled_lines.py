"""Lines of paid invoices in the day's digest: drawn anew with ✅ and who noted it."""

from datetime import date

from tests.bot import limits
from tests.bot.conftest import Office, plain
from tests.bot.morning.test_cards import morning, say


def digest(office: Office) -> str:
    (found,) = [m for m in office.slack.messages() if m["text"].startswith("Encaissements du")]
    limits.check([{k: v for k, v in each.items() if k != "block_id"} for each in found["blocks"]])
    return plain("\n".join(limits.texts(found["blocks"])))


def test_a_paid_invoice_is_ticked_with_who_noted_it_and_back_again_when_undone(office: Office) -> None:
    office.add_invoice()
    office.add_invoice("FAC-9", "Bois du Nord", amount="50.00")
    morning(office)
    assert "✅" not in digest(office)
    seen = office.types("/paye FAC-123")
    say(office)
    assert "✅ *FAC-123* · Garage Martin · 1 200,00 € réglés, noté par <@U0MARIE>" in digest(office)
    assert "*FAC-123* · 1 200,00 € · 21 jours" not in digest(office)
    assert "*FAC-9* · 50,00 €" in digest(office)
    office.clicks(seen.messages[0], "undo")
    say(office)
    assert "✅" not in digest(office)
    assert "*FAC-123* · 1 200,00 € · 21 jours" in digest(office)


def test_the_last_late_invoice_paid_leaves_its_tick(office: Office) -> None:
    office.add_invoice()
    morning(office)
    office.types("/paye FAC-123")
    say(office)
    assert "✅ *FAC-123*" in digest(office)
    assert "Aucune facture en retard" in digest(office)


def test_many_are_counted_after_the_first_ten(office: Office) -> None:
    for rank in range(12):
        office.add_invoice(f"FAC-{rank}", f"Client {rank}", due=date(2026, 11, 2))
    morning(office)
    for rank in range(12):
        office.types(f"/paye FAC-{rank}")
    say(office)
    assert "✅ et 2 autres factures réglées depuis ce matin" in digest(office)
