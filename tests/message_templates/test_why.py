"""Every reason of SCHEDULE rule 10 has a sentence, with all its facts and with none."""

from datetime import date
from decimal import Decimal

import pytest

from message_templates import labels
from message_templates.catalogue import keys
from message_templates.why import detail, slack_detail
from receivables.codes.reasons import Reason, Standing
from receivables.company import Mode
from receivables.language import Language
from receivables.schedule.decisions import Decision

FR = Language.FR

REASONS = list(Reason)
FACTS = {
    "due_date": date(2026, 4, 1),
    "days_late": 8,
    "outstanding": Decimal(1200),
    "currency": "EUR",
    "promise_date": date(2026, 4, 30),
    "promise_amount": Decimal(500),
    "gap": 5,
    "message_on": date(2026, 4, 3),
    "last_message_on": date(2026, 4, 3),
    "next_slot": date(2026, 4, 18),
    "next_kept": "closed_day",
    "next_gap": 5,
    "next_message_on": date(2026, 4, 15),
    "minimum": Decimal(5),
    "late_total": Decimal("3.20"),
    "credit": Decimal(100),
    "task_opened_on": date(2026, 5, 4),
    "resumes_on": date(2026, 4, 9),
    "dispute_kind": "price",
    "opened_on": date(2026, 4, 2),
    "prescribed_on": date(2026, 3, 1),
    "presented_on": date(2026, 4, 30),
    "means": "direct_debit",
    "reason_text": "geste <!channel>",
    "scope": "customer",
    "owner": "U0SOPHIE",
    "tone": "amicale",
}
DONE = ("paid", "withdrawn", "written_off", "handed_over", "ladder_done")
KINDS = {"due": "remind"} | dict.fromkeys(DONE, "done")


def full(reason: str, **changes) -> Decision:
    values = {
        "decision": KINDS.get(reason, "hold"),
        "reason": reason,
        "step": "ferme",
        "on": date(2026, 4, 13),
        "until": date(2026, 5, 5),
        "by": "U0MARIE",
        "next_step": "renforcee",
        "next_on": date(2026, 4, 20),
        "slot": date(2026, 4, 11),
        "facts": dict(FACTS),
    }
    return Decision(**(values | changes))


def test_every_reason_has_its_own_sentence_and_name():
    assert {f"why.{reason}" for reason in REASONS} <= set(keys("why", FR, "texts"))
    assert {f"cli.reason.{reason}" for reason in REASONS} == {
        key for key in keys("cli", FR) if key.startswith("cli.reason.")
    }
    assert all(labels.reason(reason, FR) != reason.replace("_", " ") for reason in REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_a_sentence_stands_with_all_facts_and_with_none(reason):
    for told in (
        detail(full(reason), FR),
        detail(Decision(KINDS.get(reason, "hold"), reason), FR),
        detail({"decision": "hold", "reason": reason}, FR),
    ):
        assert told.endswith((".", ")."))
        assert "None" not in told
        assert "{" not in told
        assert "  " not in told


@pytest.mark.parametrize("missing", sorted(FACTS))
@pytest.mark.parametrize(
    "reason", ["due", "promised", "plan", "spacing", "below_minimum", "disputed", "paused"]
)
def test_any_one_fact_may_be_missing(reason, missing):
    facts = {key: value for key, value in FACTS.items() if key != missing}
    assert "None" not in detail(full(reason, facts=facts), FR)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("due", "ferme\u00a0» part aujourd’hui"),
        ("due", "Elle était prévue le samedi 11\u00a0avril 2026"),
        ("due", "Ensuite\u00a0: «\u00a0relance renforcée\u00a0», au plus tôt le lundi 20\u00a0avril 2026."),
        ("promised", "jusqu’au mardi 5\u00a0mai 2026 inclus"),
        ("promised", "noté par U0MARIE"),
        (
            "not_due",
            "Le samedi 18\u00a0avril 2026 étant un jour non ouvré, l’étape passe au lundi 20\u00a0avril",
        ),
        ("spacing", "trop proche (le vendredi 3\u00a0avril 2026)"),
        ("spacing", "au moins 5\u00a0jours les séparent"),
        ("below_minimum", "(3,20\u00a0€) n’atteint pas le minimum de relance (5,00\u00a0€)"),
        ("awaiting_task", "elle revient à U0SOPHIE depuis le lundi 4\u00a0mai 2026"),
        ("withdrawn", "La facture a été annulée par U0MARIE\u00a0: rien n’est dû."),
        ("refused", "depuis le jeudi 2\u00a0avril 2026\u00a0: il faut l’émettre à nouveau"),
        ("old_claim", "peut être prescrite depuis le dimanche 1er\u00a0mars 2026"),
        (
            "direct_debit",
            "nouveau le jeudi 30\u00a0avril 2026 (noté par U0MARIE)\u00a0: pas de relance jusqu’au mardi 5",
        ),
        ("disputed", "Un litige sur le prix est ouvert depuis le jeudi 2\u00a0avril 2026"),
    ],
)
def test_the_explanation_gives_dates_amounts_and_people(reason, words):
    assert words in detail(full(reason), FR)


def test_only_a_closed_day_is_called_so():
    assert "jour non ouvré" not in detail(full("spacing", facts=FACTS | {"next_kept": Reason.SPACING}), FR)


@pytest.mark.parametrize("reason", ["paid", "written_off", "ladder_done"])
def test_what_is_done_has_no_next_step(reason):
    assert "étape\u00a0:" not in detail(full(reason), FR)


def test_in_slack_people_are_mentioned_and_notes_are_harmless():
    told = slack_detail(full("paused"), FR)
    assert "<@U0MARIE>" in told
    assert "&lt;!channel&gt;" in told
    assert "<!channel>" not in told
    assert "<@" not in slack_detail(full("paused", by="<!here>"), FR)


def test_what_the_clock_did_names_nobody():
    assert "clock" not in detail(full("vetoed", by="clock"), FR)


def test_an_unknown_step_is_called_by_its_key():
    assert labels.step("ma_relance", FR) == "ma relance"
    assert "«\u00a0ma relance\u00a0»" in detail(full("due", step="ma_relance"), FR)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            {"next_kept": Reason.SPACING},
            "elle laissera 5\u00a0jours après le message du mercredi 15\u00a0avril 2026.",
        ),
        (
            {"next_kept": Reason.SPACING, "next_cap": 2},
            "elle dépasserait alors 2\u00a0messages automatiques en trente jours.",
        ),
        (
            {"next_kept": Reason.SPACING, "next_letter_since": date(2026, 4, 13)},
            "elle attendra que la lettre du lundi 13\u00a0avril 2026 soit postée.",
        ),
        (
            {"next_kept": Reason.APPROVAL},
            "À partir du samedi 18\u00a0avril 2026, elle attendra l’accord d’une personne responsable.",
        ),
        ({"next_kept": None, "mode": Mode.DRAFT}, "La société est en mode brouillon"),
        ({"next_kept": None, "mode": Mode.MANUAL}, "l’étape attendra qu’une personne l’envoie."),
    ],
    ids=["spacing", "cap", "letter", "approval", "draft", "manual"],
)
def test_what_puts_the_next_step_off_is_told(facts, words):
    assert words in detail(full("not_due", facts=FACTS | facts), FR)


def test_what_does_not_bind_is_not_named():
    told = detail(full("not_due", facts=FACTS | {"next_kept": None}), FR)
    assert "fermé" not in told
    assert told.endswith("au plus tôt le lundi 20\u00a0avril 2026.")


def test_a_message_to_come_is_named_where_it_is_what_binds():
    told = detail(full("spacing", facts=FACTS | {"message_coming_on": date(2026, 4, 16)}), FR)
    assert "plus ferme, part le jeudi 16\u00a0avril 2026" in told


def test_what_has_left_and_what_waits_for_a_call_are_told_as_such() -> None:
    left = Decision(
        Standing.HOLD, Reason.PROMISED, until=date(2026, 4, 27), by="U0MARIE", facts={"payment_left": True}
    )
    assert "Le client a dit que le paiement était parti (noté par U0MARIE)" in _plain(detail(left, FR))
    back = Decision(
        Standing.HOLD, Reason.PAUSED, until=date(2026, 4, 24), facts={"call_back": True, "scope": "invoice"}
    )
    assert _plain(detail(back, FR)).startswith(
        "La relance de cette facture est suspendue ; elle reprendra le vendredi 24 avril 2026 : un rappel "
        "est convenu avec le client."
    )


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_what_has_left_is_not_said_to_leave():
    assert "est partie aujourd’hui" in detail(full("due", facts=FACTS | {"left": "sent"}), FR)
    assert "part aujourd’hui" in detail(full("due", facts=FACTS | {"left": "sending"}), FR)
