"""What a call brings about: a call back, a payment that has left, a promise on all that was spoken of."""

from datetime import date

import pytest

from store.books import open_books, read_books
from store.db.tables import Call, CallItem, Customer, Pause, Promise, Task
from store.tasks import acts as tasks
from tests.bot.conftest import NOW, Office, plain

CALLED = "<@U0MARIE> a appelé *Garage Martin* au sujet de *FAC-123* : "


def call_task(office: Office, *numbers: str) -> int:
    """Open the call task of a customer about some invoices, and say it in the channel."""
    ids = [office.add_invoice(number, amount="1200.00") for number in numbers]
    with open_books(office.database, office.company) as b:
        client = b.session.query(Customer).one()
        return tasks.open_task(
            b, kind="call", customer_id=client.id, invoice_ids=ids, step="appel", at=NOW
        ).id


# --- a call back ------------------------------------------------------------------------------------------


def test_to_call_again_tomorrow_at_two_schedules_and_holds(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/appel FAC-123 rappeler demain 14 h")
    assert plain(seen.public) == (
        f"{CALLED}à rappeler. La tâche reviendra le mardi 24 novembre 2026 à 14 h 00. D’ici là, rien n’est "
        "écrit au client : les relances attendent jusqu’au 24/11/2026 compris. Prochaine relance : le "
        "mercredi 25 novembre 2026 (relance ferme)."
    )
    with read_books(office.database, office.company) as b:
        assert b.session.query(Pause).one().until == date(2026, 11, 25)
        task = b.session.query(Task).one()
        assert (task.kind, task.step, task.agreed_at) == ("call", None, task.put_off_to)
    office.clicks(seen.messages[0], "undo")
    with read_books(office.database, office.company) as b:
        assert b.session.query(Pause).one().ended_at is not None
        assert b.session.query(Task).one().state == "cancelled"


def test_to_call_again_without_saying_when_asks_in_the_form(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/appel FAC-123 à rappeler Mme Roux")
    assert not seen.messages
    assert list(office.sends({}).answer.data["errors"]) == ["callback_day"]
    assert (
        "La tâche reviendra le jeudi 26 novembre 2026" in office.sends({"callback_day": "2026-11-26"}).public
    )


def test_an_hour_gone_by_is_asked_about(office: Office) -> None:
    office.add_invoice()
    asked = office.types("/appel FAC-123 rappeler à 9 h")
    assert "Il est déjà passé 9 h 00" in plain(asked.private)
    assert "le mardi 24 novembre 2026 à 9 h 00" in plain(office.clicks(asked.whispers[0], "again:0").public)
    assert "le lundi 23 novembre 2026 à 16 h 00" in plain(
        office.types("/appel FAC-123 rappeler à 16 h").public
    )


# --- the payment has left ---------------------------------------------------------------------------------


def test_a_transfer_that_left_yesterday_holds_and_says_until_when(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/appel FAC-123 virement parti hier")
    assert plain(seen.public) == (
        f"{CALLED}le paiement est déjà parti, d’après le client. Les relances attendent jusqu’au 30/11/2026. "
        "Prochaine relance : le mardi 1er décembre 2026 (relance ferme).\nNote : le 22/11/2026"
    )
    again = office.types("/appel FAC-123 virement parti")
    assert "C’est la deuxième fois sans règlement reçu (FAC-123)" in plain(again.public)
    assert "attendent jusqu’au" not in again.public
    office.clicks(again.messages[0], "undo")
    office.clicks(seen.messages[0], "undo")
    with read_books(office.database, office.company) as b:
        assert {row.ended_how for row in b.session.query(Promise)} == {"undone"}


# --- all the invoices of the call -------------------------------------------------------------------------


def test_a_promise_covers_every_invoice_of_the_call_ticked_with_the_total_filled_in(office: Office) -> None:
    call_task(office, "FAC-123", "FAC-124")
    office.add_invoice("FAC-125", amount="90.00")
    office.types("/appel FAC-123")
    fields = {block["block_id"]: block for block in office.person().view["blocks"] if block.get("element")}
    ticks = fields["invoices"]["element"]
    assert len(ticks["options"]) == 3
    assert [plain(option["text"]["text"])[:7] for option in ticks["initial_options"]] == [
        "FAC-123",
        "FAC-124",
    ]
    assert plain(fields["promise_amount"]["element"]["initial_value"]) == "2 400,00 €"
    seen = office.sends({"outcome": "promise", "promise_date": "2026-12-15"})
    assert (
        "au sujet de *FAC-123 et FAC-124* : promesse de *2 400,00 €* pour le *mardi 15 décembre 2026*"
        in plain(seen.public)
    )
    assert "L’appel prévu au scénario est fait." in seen.public
    with read_books(office.database, office.company) as b:
        assert b.session.query(CallItem).count() == 2
        assert len({row.together_id for row in b.session.query(Promise)}) == 1


def test_what_is_unticked_is_not_promised_and_is_still_to_be_called(office: Office) -> None:
    task = call_task(office, "FAC-123", "FAC-124")
    office.types("/appel FAC-123")
    with read_books(office.database, office.company) as b:
        second = tasks.get_task(b, task).invoice_ids[1]
    seen = office.sends({"invoices": str(second), "outcome": "promise", "promise_date": "2026-12-15"})
    assert "au sujet de *FAC-124* : promesse de *1 200,00 €*" in plain(seen.public)
    with read_books(office.database, office.company) as b:
        assert tasks.get_task(b, task).state == "done"
        assert [row.invoice_id for row in b.session.query(CallItem)] == [second]


def test_the_sum_filled_in_is_no_promise_by_itself(office: Office) -> None:
    call_task(office, "FAC-123", "FAC-124")
    office.types("/appel FAC-123")
    assert "a appelé *Garage Martin*" in office.sends({"outcome": "reached"}).public
    with read_books(office.database, office.company) as b:
        assert b.session.query(Promise).count() == 0


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"invoices": "", "outcome": "reached"}, "invoices"),
        ({"outcome": "promise", "promise_date": "2026-12-15"}, "invoices"),
        ({"outcome": "reached", "promise_amount": "50"}, "promise_amount"),
    ],
)
def test_the_form_says_what_is_wrong_with_what_is_ticked(
    office: Office, fields: dict[str, str | None], wrong: str
) -> None:
    ids = [office.add_invoice("FAC-123"), office.add_invoice("FAC-126", currency="USD")]
    office.types("/appel FAC-123")
    if fields["outcome"] == "promise":
        fields = fields | {"invoices": f"{ids[0]},{ids[1]}"}
    assert list(office.sends(fields).answer.data["errors"]) == [wrong]


def test_a_call_back_made_early_ends_its_pause(office: Office) -> None:
    office.add_invoice()
    office.types("/appel FAC-123 rappeler vendredi 14 h")
    office.types("/appel FAC-123 joint")
    with read_books(office.database, office.company) as b:
        assert b.session.query(Pause).one().ended_at is not None
        assert b.session.query(Task).one().state == "done"
        assert [row.outcome for row in b.session.query(Call).order_by(Call.id)] == ["callback", "reached"]


def test_a_customer_of_several_invoices_opens_the_form_with_all_that_is_owed_ticked(office: Office) -> None:
    for number in ("FAC-123", "FAC-124"):
        office.add_invoice(number)
    office.types("/appel Garage Martin")
    view = office.person().view
    assert view is not None
    boxes = next(block for block in view["blocks"] if block.get("block_id") == "invoices")
    assert len(boxes["element"]["initial_options"]) == 2


def test_one_line_about_several_invoices_is_one_call_about_them_all(office: Office) -> None:
    for number in ("FAC-123", "FAC-124"):
        office.add_invoice(number)
    seen = office.types("/appel FAC-123 et FAC-124 rappeler demain 14 h")
    assert "au sujet de *FAC-123 et FAC-124* : à rappeler" in plain(seen.public)
    with read_books(office.database, office.company) as b:
        assert b.session.query(Pause).count() == 2
        assert b.session.query(Task).count() == 1


def test_several_that_are_named_open_the_form_with_them_ticked(office: Office) -> None:
    for number in ("FAC-123", "FAC-124", "FAC-125"):
        office.add_invoice(number)
    office.types("/appel 123 et 125")
    view = office.person().view
    assert view is not None
    boxes = next(block for block in view["blocks"] if block.get("block_id") == "invoices")
    assert [each["text"]["text"][:7] for each in boxes["element"]["initial_options"]] == [
        "FAC-123",
        "FAC-125",
    ]


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("joint : paiera vendredi 500", "promesse de *500,00 €* pour le *vendredi 27 novembre 2026*"),
        ("joint, promet 500 lundi 30", "promesse de *500,00 €* pour le *lundi 30 novembre 2026*"),
        ("promet vendredi 4 500", "promesse de *500,00 €* pour le *vendredi 4 décembre 2026*"),
        (
            "joint, rappeler vendredi 27 14h",
            "à rappeler. La tâche reviendra le vendredi 27 novembre 2026 à 14 h",
        ),
        ("joint : virement parti hier", "le paiement est déjà parti, d’après le client"),
        ("joint, ne promet rien", "joint"),
        ("joint, absent demain", "joint"),
    ],
)
def test_what_came_of_a_call_counts_before_that_somebody_answered(
    office: Office, said: str, outcome: str
) -> None:
    office.add_invoice()
    assert office.types(f"/appel FAC-123 {said}").public.startswith(f"{CALLED}{outcome}")


def test_the_note_of_a_payment_that_left_says_the_day_in_figures(office: Office) -> None:
    office.add_invoice()
    assert (
        "Note : le 22/11/2026 de la banque"
        in office.types("/appel FAC-123 virement parti hier de la banque").public
    )


@pytest.mark.parametrize(
    "line", ["/appel FAC-123 n’a pas promis", "/appel FAC-123 ne promet rien, pas joint"]
)
def test_what_is_denied_is_no_outcome(office: Office, line: str) -> None:
    office.add_invoice()
    seen = office.types(line)
    assert not seen.messages
