"""What leaves only once approved: one message lists it, who may answers it, nothing more is posted."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from receivables.company import Company
from relance.demo.slack_standin import SlackStandin
from scheduler.plan import make_plan
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Approval, Invoice, JournalLine, Pause, Reminder, ReminderItem, Veto
from store.payments import acts as payments
from tests.bot import limits
from tests.bot.conftest import Clock, Office, Seen, open_office, plain
from tests.bot.morning.test_cards import MORNING, TODAY, morning, roles, say
from tests.bot.morning.test_cards import text as cards_text


@pytest.fixture
def office(sqlite_books: Database, company: Company, slack: SlackStandin, clock: Clock) -> Iterator[Office]:
    strict = replace(roles(company), approval_above=Decimal(1000))
    strict = replace(strict, roles={**strict.roles, "responsable": ("U0PAUL",)})
    yield from open_office(sqlite_books, strict, slack, clock)


def asked(office: Office) -> list[dict[str, Any]]:
    """Return the messages that list what waits, a day each."""
    return [m for m in office.slack.messages() if "*Accords du" in str(m.get("blocks"))]


def texts(message: dict[str, Any]) -> str:
    return plain("\n".join(limits.texts(message["blocks"])))


def text(office: Office) -> str:
    return texts(asked(office)[-1])


def rows(office: Office) -> list[tuple[str, str, str | None]]:
    with read_books(office.database, office.company) as b:
        return [(r.state, r.by, r.approved_by) for r in b.session.query(Reminder).order_by(Reminder.id)]


def carried(office: Office) -> list[list[str]]:
    """Return the invoices that each planned message carries."""
    with read_books(office.database, office.company) as b:
        planned = b.session.query(Reminder).filter_by(state="planned").order_by(Reminder.id)
        return [
            sorted(
                b.session.get_one(Invoice, each.invoice_id).number
                for each in b.session.query(ReminderItem).filter_by(reminder_id=row.id, dropped=None)
            )
            for row in planned
        ]


def states(office: Office) -> list[str]:
    with read_books(office.database, office.company) as b:
        return [row.state for row in b.session.query(Approval).order_by(Approval.id)]


def choose(office: Office, what: str, rank: int = 0, user: str = "U0PAUL") -> Seen:
    """Choose in the menu of the request of this rank."""
    message = asked(office)[-1]
    blocks = [block for block in message["blocks"] if "options" in block.get("accessory", {})]
    options = blocks[rank]["accessory"]["options"]
    value = next(each["value"] for each in options if each["value"].startswith(f"{what}|"))
    return office.clicks({**message, "blocks": [blocks[rank]]}, "approval_menu", value, user=user)


def approve(office: Office, rank: int = 0, user: str = "U0PAUL") -> Seen:
    choose(office, "approve", rank, user)
    return office.sends({}, user=user)


def test_a_large_amount_waits_while_the_others_leave(office: Office) -> None:
    office.add_invoice()
    office.add_invoice("FAC-900", "Petit Client", amount="900.00")
    morning(office)
    assert "1 envoi attend, 1 200,00 €. Rien n’en part sans accord." in text(office)
    assert "Pour décision : <@U0PAUL>." in text(office)
    assert "*Garage Martin* · relance ferme\nFAC-123 · *1 200,00 €* · à compta@client.example" in text(office)
    assert "En attente depuis le 23/11." in text(office)
    assert "FAC-900" in cards_text(office)
    assert "FAC-123" not in cards_text(office)
    assert len(rows(office)) == 1


@pytest.mark.parametrize("count", [1, 2, 49, 120])
def test_one_message_holds_all_that_waits_within_the_limits(office: Office, count: int) -> None:
    for number in range(count):
        office.add_invoice(
            f"FAC-{number:03}", f"<!here> & Client {number:03} " * 2, amount=f"{2000 + number}"
        )
    morning(office)
    (message,) = asked(office)
    limits.check([{k: v for k, v in block.items() if k != "block_id"} for block in message["blocks"]])
    assert "thread_ts" not in message
    found = text(office)
    assert "<!here>" not in found
    shown = found.count("En attente depuis")
    assert shown == min(count, shown) > 0
    assert ("autres demandes suivent" in found) == (shown < count - 1)
    assert ("Tout approuver" in str(message["blocks"])) == (count > 1)


def test_the_row_of_an_invoice_that_waits_says_so(office: Office) -> None:
    office.add_invoice()
    morning(office)
    digest = texts(office.slack.messages()[0])
    assert "_attend un accord depuis le 23/11_" in digest, "« aucune action notée » says nothing more"
    assert "attend un accord depuis" in plain(str(office.types("/relances").whispers))


def test_a_friendly_step_never_asks_for_its_amount(office: Office) -> None:
    office.add_invoice(amount="9000.00", due=date(2026, 11, 28))
    morning(office)
    assert asked(office) == []
    assert len(rows(office)) == 1


def test_the_text_to_approve_is_one_click_away(office: Office) -> None:
    office.add_invoice()
    morning(office)
    choose(office, "text", user="U0SOPHIE")
    (view,) = office.slack.views
    assert "notre facture FAC-123" in plain("\n".join(limits.texts(view["blocks"])))
    assert "submit" not in view


def test_approving_shows_the_mail_redraws_the_message_and_posts_nothing(office: Office) -> None:
    office.add_invoice()
    morning(office)
    before = len(office.slack.messages())
    seen = choose(office, "approve")
    (view,) = office.slack.views
    assert "notre facture FAC-123" in plain("\n".join(limits.texts(view["blocks"])))
    assert (seen.messages, seen.whispers) == ([], [])
    seen = office.sends({}, user="U0PAUL")
    assert seen.whispers == []
    assert rows(office) == [("planned", "horloge", "U0PAUL")]
    assert "✅ Approuvé par <@U0PAUL>. Part aujourd’hui à partir de 10:00." in text(office)
    assert "toutes les demandes ont une réponse" in text(office)
    say(office)
    assert "Approuvé par <@U0PAUL>." in cards_text(office)
    assert len(office.slack.messages()) == before + 1  # its card, in the thread of the day's list
    with read_books(office.database, office.company) as b:
        line = b.session.query(JournalLine).filter_by(act="approval.given").one()
        assert (line.by, line.data["asked_by"]) == ("U0PAUL", "horloge")
    office.clicks(asked(office)[0], "approval_undo", user="U0PAUL")
    assert rows(office) == [("cancelled", "horloge", "U0PAUL")]
    assert states(office) == ["asked"]
    assert "En attente depuis" in text(office)


def test_what_is_approved_before_the_window_joins_the_planned_message(office: Office) -> None:
    """At 8:40, with a smaller invoice of the same customer announced for ten: one mail, both invoices."""
    office.add_invoice(amount="5000.00", due=date(2026, 11, 3))
    office.add_invoice("FAC-124", amount="900.00")
    morning(office)
    assert carried(office) == [["FAC-124"]]
    office.clock.at = MORNING + timedelta(minutes=10)
    approve(office)
    assert carried(office) == [["FAC-123", "FAC-124"]]
    assert rows(office) == [("planned", "horloge", "U0PAUL")]
    assert "*5 900,00 €*" in cards_text(office)
    assert "Part aujourd’hui à partir de 10:00." in text(office)
    office.clicks(asked(office)[0], "approval_undo", user="U0PAUL")
    assert carried(office) == [["FAC-124"]]
    assert rows(office) == [("planned", "horloge", None)]
    assert states(office) == ["asked"]


def test_only_a_responsable_approves(office: Office) -> None:
    office.add_invoice()
    morning(office)
    refused = choose(office, "approve", user="U0SOPHIE")
    assert "Il faut le rôle « responsable »" in refused.private
    assert rows(office) == []


def test_a_request_stays_one_request_until_it_is_answered(office: Office) -> None:
    office.add_invoice()
    morning(office)
    morning(office, at=MORNING + timedelta(days=1))
    morning(office, at=MORNING + timedelta(days=2))
    assert states(office) == ["asked"]
    assert "En attente depuis le 23/11." in text(office)
    assert "*Accords du lundi 23 novembre 2026* · 1 envoi attend encore : voir le message du jour." in texts(
        asked(office)[0]
    )


def test_another_invoice_above_the_limit_is_a_request_of_its_own(office: Office) -> None:
    office.add_invoice()
    morning(office)
    office.add_invoice("FAC-124", amount="3000.00")
    morning(office, at=MORNING + timedelta(days=1))
    assert states(office) == ["asked", "asked"]


def test_what_is_above_the_limit_together_is_one_request(office: Office) -> None:
    office.add_invoice(amount="600.00")
    office.add_invoice("FAC-124", amount="500.00")
    morning(office)
    assert rows(office) == []
    assert "FAC-123 et FAC-124 · *1 100,00 €*" in text(office)
    assert states(office) == ["asked"]
    office.add_invoice("FAC-125", amount="300.00")
    morning(office, at=MORNING + timedelta(days=1))
    assert states(office) == ["void", "asked"]
    approve(office)
    assert carried(office) == [["FAC-123", "FAC-124", "FAC-125"]]


def test_a_payment_makes_the_request_void_and_what_is_left_is_shown_anew(office: Office) -> None:
    id_ = office.add_invoice(amount="2400.00")
    morning(office)
    before = copy.deepcopy(asked(office)[0])
    with open_books(office.database, office.company) as b:
        payments.record(b, id_, amount=Decimal(100), received_on=TODAY, by="U0MARIE", at=MORNING)
    say(office)
    assert "Annulé : FAC-123, montant changé." in text(office)
    menu = next(b["accessory"] for b in before["blocks"] if "options" in b.get("accessory", {}))
    office.clicks(before, "approval_menu", menu["options"][1]["value"], user="U0PAUL")
    assert "submit" not in office.slack.views[-1]
    assert (rows(office), states(office)) == ([], ["asked"])
    morning(office, at=MORNING + timedelta(days=1))
    assert "*2 300,00 €*" in text(office)
    assert states(office) == ["void", "asked"]


def test_refusing_holds_it_until_a_day_with_the_reason(office: Office) -> None:
    office.add_invoice()
    morning(office)
    choose(office, "refuse")
    seen = office.sends({"reason": "On se voit lundi", "until": "2026-12-01"}, user="U0PAUL")
    assert (seen.messages, seen.whispers) == ([], [])
    assert "❌ Refusé par <@U0PAUL>. Motif : On se voit lundi." in text(office)
    with read_books(office.database, office.company) as b:
        assert [(v.until, v.by) for v in b.session.query(Veto)] == [(date(2026, 12, 1), "U0PAUL")]
    assert "Rien ne part avant le mardi 1er décembre 2026." in text(office)
    morning(office, at=MORNING + timedelta(days=1))
    assert states(office) == ["refused"]
    morning(office, at=MORNING + timedelta(days=8))
    assert states(office) == ["refused", "asked"]


def test_refused_without_a_day_it_is_paused_until_somebody_says(office: Office) -> None:
    office.add_invoice()
    morning(office)
    choose(office, "refuse")
    office.sends({"reason": "Client historique", "until": None}, user="U0PAUL")
    with read_books(office.database, office.company) as b:
        assert [(p.until, p.reason, p.ended_at) for p in b.session.query(Pause)] == [
            (None, "Client historique", None)
        ]
    assert "Les relances de ces factures sont suspendues." in text(office)
    assert plain(asked(office)[0]["text"]).endswith(" : toutes les demandes ont une réponse.")
    assert "suspendue" in office.types("/relances pourquoi FAC-123").private
    office.clicks(asked(office)[0], "approval_undo", user="U0PAUL")
    assert states(office) == ["asked"]
    with read_books(office.database, office.company) as b:
        assert all(p.ended_at is not None for p in b.session.query(Pause))


def test_a_refusal_whose_pause_was_ended_is_not_taken_back(office: Office) -> None:
    office.add_invoice()
    morning(office)
    choose(office, "refuse")
    office.sends({"reason": "Client historique", "until": None}, user="U0PAUL")
    office.types("/relances reprendre FAC-123", user="U0MARIE")
    seen = office.clicks(asked(office)[0], "approval_undo", user="U0PAUL")
    assert "d’abord" in seen.private
    assert states(office) == ["refused"]


def test_all_is_approved_after_a_confirmation_that_lists_it_and_what_it_leaves_out(office: Office) -> None:
    office.add_invoice()
    changed = office.add_invoice("FAC-200", "Hôtel de la Plage", amount="3000.00")
    office.add_invoice("FAC-300", "Café du Port", amount="4000.00")
    office.add_invoice("FAC-400", "Librairie Sud", amount="1500.00")
    morning(office)
    office.types("/relances pause FAC-300 jusqu’au 15/12 salon", user="U0MARIE")
    with open_books(office.database, office.company) as b:
        payments.record(b, changed, amount=Decimal(100), received_on=TODAY, by="U0MARIE", at=MORNING)
    say(office)
    before = len(office.slack.messages())
    office.clicks(asked(office)[-1], "approval_all", user="U0PAUL")
    listed = plain("\n".join(limits.texts(office.slack.views[-1]["blocks"])))
    assert "*2 envois partent* dès que possible, 2 700,00 € en tout" in listed
    assert "• *Garage Martin* · relance ferme · FAC-123 · 1 200,00 €" in listed
    assert "• Hôtel de la Plage : FAC-200, montant changé, à présenter de nouveau" in listed
    assert "• Café du Port : FAC-300, suspendue, à approuver à part" in listed
    seen = office.sends({}, user="U0PAUL")
    assert seen.whispers == []
    assert states(office) == ["approved", "asked", "asked", "approved"]
    assert sorted(carried(office)) == [["FAC-123"], ["FAC-400"]]
    assert len(office.slack.messages()) == before


def test_what_still_waits_at_eleven_is_said_once_in_the_thread(office: Office) -> None:
    office.add_invoice()
    office.add_invoice("FAC-200", "Hôtel de la Plage", amount="3000.00")
    morning(office)
    before = len(office.slack.messages())
    office.clock.at = MORNING + timedelta(hours=2, minutes=29)
    say(office)
    assert len(office.slack.messages()) == before
    approve(office, 1)
    office.clock.at = MORNING + timedelta(hours=2, minutes=30)
    say(office)
    say(office)
    told = [m for m in office.slack.messages()[before:] if "encore un accord" in m["text"]]
    assert [plain(m["text"]) for m in told] == [
        "<@U0PAUL> : 1 envoi attend encore un accord (Hôtel de la Plage)."
    ]
    assert told[0]["thread_ts"] == asked(office)[0]["ts"]


@pytest.mark.parametrize(
    ("hour", "said"), [(timedelta(hours=8, minutes=59), 1), (timedelta(hours=9), 0), (timedelta(days=1), 0)]
)
def test_a_clock_that_missed_eleven_says_it_while_something_can_still_leave(
    office: Office, hour: timedelta, said: int
) -> None:
    office.add_invoice()
    morning(office)
    before = len(office.slack.messages())
    office.clock.at = MORNING + hour
    say(office)
    assert len(office.slack.messages()) - before == said


def test_who_is_asked_only_after_eleven_is_not_reminded_in_the_same_breath(office: Office) -> None:
    office.add_invoice()
    office.clock.at = MORNING
    with open_books(office.database, office.company) as b:
        make_plan(b, at=MORNING)
    office.clock.at = MORNING + timedelta(hours=4)
    say(office)
    assert len(asked(office)) == 1
    office.clock.at += timedelta(minutes=30)
    say(office)
    assert [m["text"] for m in office.slack.messages() if "encore un accord" in m["text"]] == []


def test_what_is_approved_within_the_window_leaves_at_once_and_says_so(office: Office) -> None:
    office.add_invoice()
    morning(office)
    office.clock.at = MORNING + timedelta(hours=3)
    approve(office)
    assert "✅ Approuvé par <@U0PAUL>. Part dans la minute." in text(office)


def test_nothing_is_said_at_eleven_once_all_is_answered(office: Office) -> None:
    office.add_invoice()
    morning(office)
    approve(office)
    say(office)
    before = len(office.slack.messages())
    office.clock.at = MORNING + timedelta(hours=3)
    say(office)
    assert len(office.slack.messages()) == before


def test_what_a_person_escalates_is_asked_of_who_may_approve(office: Office) -> None:
    office.add_invoice()
    seen = office.types("/escalade FAC-123")
    assert "Demander l’accord" in str(seen.whispers[0]["blocks"])
    assert "Envoyer maintenant" not in str(seen.whispers[0]["blocks"])
    sent = office.clicks(seen.whispers[0], "escalade_send")
    assert "Demande faite : une personne responsable doit l’approuver." in plain(str(office.slack.ephemerals))
    assert "C’est fait" not in str(office.slack.ephemerals)
    assert "<@U0MARIE> demande à envoyer « relance ferme » à *Garage Martin*" in sent.public
    assert rows(office) == []
    say(office)
    assert "Demandé par <@U0MARIE> depuis le 23/11." in text(office)
    again = office.types("/escalade FAC-123")
    twice = office.clicks(again.whispers[0], "escalade_send")
    assert "L’accord est déjà demandé pour cette facture" in twice.private
    assert states(office) == ["asked"]
    approve(office)
    assert "✅ Approuvé par <@U0PAUL>." in text(office)
    assert rows(office) == [("planned", "U0MARIE", "U0PAUL")]


def test_from_who_may_approve_an_escalation_approves_and_sends(office: Office) -> None:
    office.add_invoice()
    morning(office)
    office.clock.at = MORNING + timedelta(hours=2)
    seen = office.types("/escalade FAC-123", user="U0PAUL")
    assert "Approuver et envoyer" in str(seen.whispers[0]["blocks"])
    office.clicks(seen.whispers[0], "escalade_send", user="U0PAUL")
    assert rows(office) == [("planned", "U0PAUL", "U0PAUL")]
    assert states(office) == ["void", "approved"]


def test_small_escalations_do_not_pass_round_the_limit(office: Office) -> None:
    """600 € by hand, then 500 € by hand to the same customer on the same day: the second one asks."""
    office.add_invoice(amount="600.00", due=date(2026, 11, 20))
    office.add_invoice("FAC-124", amount="500.00", due=date(2026, 11, 21))
    first = office.types("/escalade FAC-123")
    office.clicks(first.whispers[0], "escalade_send")
    assert rows(office) == [("planned", "U0MARIE", None)]
    second = office.types("/escalade FAC-124")
    assert "Demander l’accord" in str(second.whispers[0]["blocks"])
    assert "Envoyer maintenant" not in str(second.whispers[0]["blocks"])


def test_approved_after_the_window_it_leaves_with_the_next_morning(office: Office) -> None:
    office.add_invoice()
    morning(office)
    office.clock.at = MORNING + timedelta(hours=10)
    approve(office)
    assert "Part avec la prochaine liste du matin" in text(office)
    assert rows(office) == []
    morning(office, at=MORNING + timedelta(days=1))
    assert rows(office) == [("planned", "horloge", "U0PAUL")]
    assert states(office) == ["approved"]
