"""SCHEDULE.md rule by rule: what leaves on which day, and the reason when it does not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from receivables.codes.channels import CALL, LETTER
from receivables.codes.payments import Means
from receivables.codes.steps import Attach
from receivables.schedule.account import Account, DisputeFact, DoneStep, PastMessage, PauseFact, TaskFact
from receivables.schedule.decisions import Decision, evaluate
from receivables.schedule.explanation import with_facts
from tests.receivables.schedule.calendars import POLICIES, a_company, an_account, an_item, play, promise

TODAY = date(2026, 4, 8)


def decided(account: Account, day: str = "2026-04-08", **company: object) -> Decision:
    found = evaluate(account, a_company(**company), date.fromisoformat(day))
    return found.decisions[account.items[0].id]


def said(account: Account, day: str = "2026-04-08", **company: object) -> list[str]:
    found = evaluate(account, a_company(**company), date.fromisoformat(day))
    return [
        f"{m.channel} {m.step.key}: "
        + ", ".join(f"{r.item.number} {r.step.key if r.step else '-'}" for r in m.items)
        for m in found.messages
    ]


# The cap on automatic messages


@pytest.mark.parametrize(
    ("cap", "on", "reason", "first"),
    [
        (None, "2026-04-08", "due", "2026-04-08"),
        (3, "2026-04-08", "due", "2026-04-08"),
        (2, "2026-04-08", "spacing", "2026-04-09"),  # thirty days after 10 March
        (1, "2026-04-08", "spacing", "2026-04-27"),  # after 26 March, that is 25 April, a Saturday
        (2, "2026-04-09", "due", "2026-04-09"),
    ],
)
def test_a_customer_gets_so_many_automatic_messages_in_thirty_days(
    cap: int | None, on: str, reason: str, first: str
) -> None:
    past = [
        PastMessage(date(2026, 3, 10), corrective=True),
        PastMessage(date(2026, 3, 26), corrective=True),
        PastMessage(date(2026, 3, 27), corrective=True, automatic=False),
    ]
    account, firm, day = (
        an_account(an_item(), messages=past),
        a_company(max_per_customer=cap),
        date.fromisoformat(on),
    )
    assert evaluate(account, firm, day).decisions[account.items[0].id].reason == reason
    explained = with_facts(account, firm, day, evaluate(account, firm, day), [account.items[0].id], None)[
        account.items[0].id
    ]
    assert explained.facts.get("cap") == (cap if reason == "spacing" else None)
    assert str(explained.on if reason == "spacing" else on) == first


# Rule 1: preventive steps


def test_a_preventive_step_on_a_closed_day_leaves_on_the_open_day_before() -> None:
    assert play(an_account(an_item(due="2026-05-24")), "2026-05-01", "2026-05-26") == [
        "2026-05-19 amicale FAC-1",
        "2026-05-22 echeance FAC-1",
    ]


def test_a_step_before_the_issue_date_does_not_exist() -> None:
    short = an_item(due="2026-04-08", issued="2026-04-06")
    assert play(an_account(short), "2026-04-01", "2026-04-08") == ["2026-04-08 echeance FAC-1"]


def test_learnt_of_late_a_preventive_step_still_leaves_until_the_next_is_near() -> None:
    late = an_item(due="2026-04-10", learnt="2026-04-07")
    assert play(an_account(late), "2026-04-07", "2026-04-10") == [
        "2026-04-07 amicale FAC-1",
        "2026-04-10 echeance FAC-1",
    ]
    later = an_item(due="2026-04-10", learnt="2026-04-08")
    assert play(an_account(later), "2026-04-08", "2026-04-10") == ["2026-04-10 echeance FAC-1"]
    assert decided(an_account(later)).reason == "replaced"


def test_past_the_due_date_preventive_steps_lapse() -> None:
    late = an_account(an_item(due="2026-04-06", learnt="2026-04-08"))
    found = decided(late)
    assert (found.decision, found.reason, found.next_step, found.next_on) == (
        "wait", "lapsed", "ferme", date(2026, 4, 13),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("learnt", "first"), [("2026-03-02", "envoi"), ("2026-03-05", "envoi"), ("2026-03-06", "amicale")]
)
def test_an_issue_step_exists_only_for_items_learnt_of_within_three_days(learnt: str, first: str) -> None:
    item = an_item(due="2026-04-01", issued="2026-03-02", learnt=learnt)
    told = play(an_account(item, policy="cinq-etapes"), learnt, "2026-03-31")
    assert told[0].split()[1] == first


def test_an_issue_step_on_a_closed_day_moves_later() -> None:
    item = an_item(due="2026-04-01", issued="2026-03-07")
    assert play(an_account(item, policy="cinq-etapes"), "2026-03-07", "2026-03-10") == [
        "2026-03-09 envoi FAC-1"
    ]


@pytest.mark.parametrize(
    ("due", "told"),
    [
        ("2026-03-27", ["2026-03-23 envoi FAC-1", "2026-04-01 relance_1 FAC-1"]),  # amicale would be before
        ("2026-03-28", ["2026-03-23 envoi FAC-1", "2026-04-02 relance_1 FAC-1"]),  # the same day
        ("2026-03-29", ["2026-03-23 envoi FAC-1", "2026-04-03 relance_1 FAC-1"]),  # a day after
        (
            "2026-03-30",
            ["2026-03-23 envoi FAC-1", "2026-04-07 relance_1 FAC-1"],
        ),  # two; Easter Monday is shut
        ("2026-03-31", ["2026-03-23 envoi FAC-1", "2026-03-26 amicale FAC-1", "2026-04-07 relance_1 FAC-1"]),
    ],
)
def test_a_friendly_step_less_than_three_days_after_the_invoice_does_not_exist(
    due: str, told: list[str]
) -> None:
    item = an_item(due=due, issued="2026-03-23")
    assert play(an_account(item, policy="cinq-etapes"), "2026-03-23", "2026-04-07") == told


def test_an_invoice_that_leaves_late_still_leaves_before_its_friendly_step_and_takes_its_place() -> None:
    item = an_item(due="2026-04-01", issued="2026-03-09")
    down = [("2026-03-09", "2026-03-26")]
    assert play(an_account(item, policy="cinq-etapes"), "2026-03-09", "2026-04-07", down=down) == [
        "2026-03-27 envoi FAC-1",
        "2026-04-07 relance_1 FAC-1",
    ]


def test_while_the_invoice_is_unsent_no_friendly_step_leaves_and_past_the_due_date_it_lapses() -> None:
    item = an_item(due="2026-04-01", issued="2026-03-09", pdf_missing=True)
    cinq = replace(POLICIES["cinq-etapes"], steps=tuple(
        replace(step, attach=Attach.INVOICE) if step.from_issue else step
        for step in POLICIES["cinq-etapes"].steps
    ))  # fmt: skip
    account = replace(an_account(item), policy=cinq)
    assert [decided(account, day).reason for day in ("2026-03-10", "2026-03-27", "2026-04-01")] == [
        "missing_pdf"
    ] * 3
    assert decided(account, "2026-04-02").reason == "lapsed"
    assert play(account, "2026-03-09", "2026-04-07") == ["2026-04-07 relance_1 FAC-1"]


def test_the_invoice_is_a_message_of_its_own_that_spacing_neither_keeps_nor_starts() -> None:
    late = an_item("L", due="2026-04-03", id=1)
    fresh = [
        an_item(number, due="2026-05-08", issued="2026-04-08", id=id_) for number, id_ in (("A", 2), ("B", 3))
    ]
    past = PastMessage(date(2026, 4, 7), corrective=True)
    account = an_account(late, *fresh, policy="cinq-etapes")
    assert said(account) == ["email relance_1: L relance_1", "email envoi: A envoi, B envoi"]
    assert said(replace(account, messages=[past])) == ["email envoi: A envoi, B envoi"]
    assert play(an_account(late, fresh[0], policy="cinq-etapes"), "2026-04-07", "2026-04-20") == [
        "2026-04-08 relance_1 L",
        "2026-04-08 envoi A",
        "2026-04-20 relance_2 L",
    ]
    tomorrow = an_item("T", due="2026-04-04", id=4)
    assert play(an_account(tomorrow, fresh[0], policy="cinq-etapes"), "2026-04-08", "2026-04-09") == [
        "2026-04-08 envoi A",
        "2026-04-09 relance_1 T",
    ]
    sent_only = an_account(
        replace(fresh[0], done=(DoneStep("envoi", 0, TODAY, TODAY, from_issue=True),)), late
    )
    assert said(sent_only, "2026-04-09") == []
    assert said(sent_only, "2026-04-10") == ["email ferme: L ferme"]


@pytest.mark.parametrize(
    "change",
    [
        {"credits": {"EUR": Decimal(5000)}},
        {"unmatched": {"EUR": Decimal(5000)}},
        {"reply_unread": True},
        {"messages": [PastMessage(TODAY, corrective=True)]},
        {"letter": TaskFact("mise_en_demeure", LETTER, TODAY)},
    ],
)
def test_what_concerns_reminders_alone_does_not_keep_an_invoice_from_being_sent(
    change: dict[str, object],
) -> None:
    item = an_item(due="2026-05-08", issued="2026-04-08", left="3.00")
    assert said(an_account(item, policy="cinq-etapes", **change)) == ["email envoi: FAC-1 envoi"]
    held = replace(item, gone=True, promises=(promise("2026-04-20", "2026-04-08", "3.00"),))
    assert said(an_account(held, policy="cinq-etapes", **change)) == ["email envoi: FAC-1 envoi"]


@pytest.mark.parametrize(
    ("change", "customer", "reason"),
    [
        ({"outstanding": Decimal(0), "settled_by": "payment"}, {}, "paid"),
        ({"written_off": True}, {}, "written_off"),
        ({"handed_over": True}, {}, "handed_over"),
        ({}, {"insolvent_on": TODAY}, "insolvency"),
        ({"dispute": DisputeFact(TODAY)}, {}, "disputed"),
        ({"pause": PauseFact(None)}, {}, "paused"),
        ({}, {"pause": PauseFact(None, scope="customer")}, "paused"),
        ({"uncertain": True}, {}, "uncertain"),
        ({"retrying": True}, {}, "retrying"),
        ({"vetoed_until": date(2026, 4, 9)}, {}, "vetoed"),
        ({}, {"stale": True}, "stale_books"),
        ({}, {"reached_by": frozenset()}, "no_address"),
    ],
)
def test_what_holds_an_invoice_that_is_to_be_sent(
    change: dict[str, object], customer: dict[str, object], reason: str
) -> None:
    item = replace(an_item(due="2026-05-08", issued="2026-04-08"), **change)
    account = an_account(item, policy="cinq-etapes", **customer)
    assert said(account) == []
    assert decided(account).reason == reason


def test_an_invoice_is_not_sent_again_under_another_policy_nor_once_it_was_reminded_of() -> None:
    sent = replace(
        an_item(due="2026-05-08", issued="2026-04-08"),
        done=(DoneStep("facture", 0, TODAY, TODAY, from_issue=True),),
    )
    assert said(an_account(sent, policy="cinq-etapes"), "2026-04-09") == []
    reminded = replace(sent, done=(DoneStep("amicale", -5, TODAY, TODAY),))
    assert said(an_account(reminded, policy="cinq-etapes"), "2026-04-09") == []


def test_own_closed_days_move_friendly_steps_earlier_and_late_ones_later_without_pushing_what_follows() -> (
    None
):
    closed = {date(2026, 3, 26), date(2026, 3, 27)} | {date(2026, 4, 8), date(2026, 4, 9)}
    company = a_company(closed=frozenset(closed))
    assert play(an_account(an_item()), "2026-03-02", "2026-04-20", company=company) == [
        "2026-03-25 amicale FAC-1",
        "2026-04-01 echeance FAC-1",
        "2026-04-10 ferme FAC-1",
        "2026-04-16 renforcee FAC-1",
    ]


# Rules 2 and 3: corrective steps, and what counts as done


def test_reminders_made_before_count_as_done_on_the_import_day() -> None:
    item = an_item(due="2026-03-01", learnt="2026-04-08", prior_reminders=1)
    assert play(an_account(item), "2026-04-08", "2026-04-30") == ["2026-04-16 renforcee FAC-1"]


def test_a_change_of_policy_goes_on_after_the_day_of_the_last_step_done() -> None:
    done = DoneStep("ferme", 7, date(2026, 4, 8), date(2026, 4, 8))
    item = replace(an_item(), done=(done,))
    found = decided(an_account(item, policy="strict"), "2026-04-09")
    assert (found.step, found.on) == ("renforcee", date(2026, 4, 9))
    assert decided(an_account(item, policy="trois-temps"), "2026-04-09").next_step == "ferme"
    assert decided(an_account(item, policy="trois-temps"), "2026-04-09").next_on == date(2026, 4, 13)


def test_a_new_due_date_keeps_what_is_done_and_moves_what_follows() -> None:
    done = DoneStep("ferme", 7, date(2026, 4, 8), date(2026, 4, 8))
    moved = replace(an_item(due="2026-04-20"), done=(done,))
    found = decided(an_account(moved), "2026-04-21")
    assert (found.next_step, found.next_on) == ("renforcee", date(2026, 5, 5))
    assert said(an_account(moved), "2026-04-15") == ["email amicale: FAC-1 amicale"]


def test_a_human_step_waits_and_the_ladder_with_it() -> None:
    task = TaskFact("appel", CALL, date(2026, 5, 4))
    done = (
        DoneStep("ferme", 7, date(2026, 4, 8), date(2026, 4, 8)),
        DoneStep("renforcee", 15, date(2026, 4, 16), date(2026, 4, 16)),
    )
    found = decided(an_account(replace(an_item(), done=done, task=task)), "2026-06-30")
    assert (found.decision, found.reason) == ("hold", "awaiting_task")


# Rules 4, 5, 6: one message


def test_what_falls_due_within_the_gap_joins_and_a_sterner_step_is_only_listed() -> None:
    mild = an_item("A")
    soon = replace(
        an_item("B", due="2026-03-27"), done=(DoneStep("ferme", 7, date(2026, 4, 3), date(2026, 4, 3)),)
    )
    account = an_account(mild, soon)
    assert said(account) == ["email ferme: B -, A ferme"]
    found = evaluate(account, a_company(), TODAY).decisions[soon.id]
    assert (found.decision, found.reason, found.next_on) == ("wait", "waiting_step", date(2026, 4, 13))


def test_the_tone_is_that_of_the_sternest_item_due_by_itself() -> None:
    stern = replace(
        an_item("B", due="2026-03-24"), done=(DoneStep("ferme", 7, date(2026, 3, 31), date(2026, 3, 31)),)
    )
    assert said(an_account(an_item("A"), stern)) == ["email renforcee: B renforcee, A ferme"]


def test_upcoming_items_stand_only_under_the_mildest_tone() -> None:
    upcoming = an_item("C", due="2026-04-13")
    assert said(an_account(an_item("A"), upcoming)) == ["email ferme: A ferme, C amicale"]
    stern = replace(
        an_item("B", due="2026-03-24"), done=(DoneStep("ferme", 7, date(2026, 3, 31), date(2026, 3, 31)),)
    )
    account = an_account(upcoming, stern)
    assert said(account) == ["email renforcee: B renforcee"]
    assert decided(account).reason == "spacing"


def test_items_not_late_do_not_join_a_corrective_message() -> None:
    assert said(
        an_account(an_item("A"), an_item("B", due="2026-04-08", issued="2026-04-08")), "2026-04-08"
    ) == ["email ferme: A ferme, B echeance"]
    souple = an_account(an_item("A", due="2026-04-03"), an_item("B", due="2026-04-08"), policy="souple")
    assert said(souple) == ["email courtoise: A courtoise"]


@pytest.mark.parametrize(
    ("sent", "reason"), [("2026-04-03", "due"), ("2026-04-04", "spacing"), ("2026-04-07", "spacing")]
)
def test_two_messages_are_five_days_apart(sent: str, reason: str) -> None:
    past = PastMessage(date.fromisoformat(sent), corrective=True)
    found = decided(an_account(an_item(), messages=[past]))
    assert found.reason == reason


def test_the_distance_that_the_policy_itself_puts_is_enough() -> None:
    assert play(an_account(an_item(), policy="strict"), "2026-03-02", "2026-04-10") == [
        "2026-03-25 amicale FAC-1",
        "2026-04-01 echeance FAC-1",
        "2026-04-07 ferme FAC-1",
    ]
    assert play(an_account(an_item(due="2026-04-14"), policy="strict"), "2026-04-14", "2026-04-17") == [
        "2026-04-14 echeance FAC-1",
        "2026-04-17 ferme FAC-1",
    ]


def test_while_spacing_keeps_a_stern_mail_no_friendly_one_leaves() -> None:
    past = PastMessage(date(2026, 4, 4), corrective=False)
    account = an_account(an_item("A"), an_item("B", due="2026-04-13"), messages=[past])
    assert said(account) == []
    assert [evaluate(account, a_company(), TODAY).decisions[i.id].reason for i in account.items] == [
        "spacing",
        "spacing",
    ]


@pytest.mark.parametrize(
    ("due", "left"),
    [
        ("2026-04-02", []),  # its firm step is due on the 9th, tomorrow
        ("2026-04-04", ["email echeance: B echeance"]),  # on the 11th, a Saturday: it leaves on the 13th
        ("2026-04-03", []),  # on the 10th
        ("2026-04-06", ["email echeance: B echeance"]),  # on the 13th itself, when spacing is over
        ("2026-04-20", ["email echeance: B echeance"]),
    ],
)
def test_a_friendly_mail_gives_way_to_a_firm_one_that_is_due_before_its_spacing_ends(
    due: str, left: list[str]
) -> None:
    friendly = an_item("B", due="2026-04-08")
    done = (DoneStep("amicale", -5, date(2026, 4, 1), date(2026, 4, 1)),)
    late = replace(an_item("A", due=due, learnt="2026-04-01"), done=done)
    account = an_account(late, friendly)
    assert said(account) == left
    reason = evaluate(account, a_company(), TODAY).decisions[friendly.id].reason
    assert reason == ("due" if left else "spacing")


@pytest.mark.parametrize(
    ("change", "customer"),
    [
        ({"dispute": DisputeFact(TODAY)}, {}),
        ({"pause": PauseFact(None)}, {}),
        ({"outstanding": Decimal(3)}, {}),
        ({}, {"credits": {"EUR": Decimal(1200)}}),
    ],
)
def test_what_will_not_leave_keeps_no_friendly_mail_back(
    change: dict[str, object], customer: dict[str, object]
) -> None:
    late = replace(an_item("A", due="2026-04-02"), **change)
    account = an_account(late, an_item("B", due="2026-04-08", left="5000.00"), **customer)
    assert said(account) == ["email echeance: B echeance"]


def test_a_firm_mail_that_waits_for_an_approval_keeps_no_friendly_one_back() -> None:
    account = an_account(an_item("A", due="2026-04-02"), an_item("B", due="2026-04-08", left="900.00"))
    assert said(account, approval_above=Decimal(1000)) == ["email echeance: B echeance"]
    assert said(account) == []


@pytest.mark.parametrize(
    ("due", "told"),
    [
        (
            "2026-04-13",
            ["2026-04-09 ferme A B", "2026-04-17 renforcee A B"],
        ),  # « À venir », then firm on the 20th
        (
            "2026-04-08",
            ["2026-04-09 ferme A", "2026-04-15 ferme A* B", "2026-04-20 renforcee A B"],
        ),  # it lapses
    ],
)
def test_a_friendly_mail_that_gave_way_joins_the_firm_one_or_lapses(due: str, told: list[str]) -> None:
    account = an_account(an_item("A", due="2026-04-02"), an_item("B", due=due))
    assert play(account, "2026-04-08", "2026-04-20") == told


def test_a_letter_opens_alone_and_mails_wait_for_its_deposit() -> None:
    done = tuple(
        DoneStep(k, d, date(2026, 2, 1), date(2026, 2, 1))
        for k, d in (("ferme", 7), ("renforcee", 15), ("appel", 30))
    )
    formal = replace(an_item("L", due="2026-01-02"), done=done)
    account = an_account(formal, an_item("A"))
    assert said(account) == ["letter mise_en_demeure: L mise_en_demeure"]
    waiting = replace(formal, task=TaskFact("mise_en_demeure", LETTER, TODAY))
    account = an_account(waiting, an_item("A"))
    assert said(account, "2026-04-14") == []
    assert said(account, "2026-04-15") == ["email ferme: A ferme"]


# Rules 7 and 8: credits and the minimum


@pytest.mark.parametrize(
    ("credit", "left"),
    [
        ("1200.00", []),
        ("1195.01", []),
        ("1195.00", ["email ferme: FAC-1 ferme"]),
        ("0", ["email ferme: FAC-1 ferme"]),
    ],
)
def test_credits_that_cover_what_is_due_keep_it_back(credit: str, left: list[str]) -> None:
    account = an_account(an_item(), credits={"EUR": Decimal(credit)})
    assert said(account) == left
    assert decided(account).reason == ("due" if left else "credit")


def test_credits_in_another_currency_cover_nothing() -> None:
    assert said(an_account(an_item(), credits={"USD": Decimal(9999)})) == ["email ferme: FAC-1 ferme"]


def test_what_is_left_of_credits_covers_what_is_upcoming() -> None:
    pair = (an_item("A"), an_item("B", due="2026-04-13"))
    assert said(an_account(*pair, credits={"EUR": Decimal(2400)})) == []
    assert said(an_account(*pair, credits={"EUR": Decimal(2000)})) == ["email amicale: B amicale"]


def test_small_items_wait_until_together_they_reach_the_minimum() -> None:
    small = [an_item(n, left="2.00") for n in "AB"]
    assert said(an_account(*small)) == []
    assert decided(an_account(*small)).reason == "below_minimum"
    three = [an_item(n, left="2.00") for n in "ABC"]
    assert said(an_account(*three)) == ["email ferme: A ferme, B ferme, C ferme"]


def test_small_items_wait_for_one_another_in_each_currency() -> None:
    big, small = an_item("A"), replace(an_item("B", left="3.00"), currency="USD")
    assert said(an_account(big, small)) == ["email ferme: A ferme"]
    assert evaluate(an_account(big, small), a_company(), TODAY).decisions[small.id].reason == "below_minimum"
    other = replace(an_item("C", left="2.00"), currency="USD")
    assert said(an_account(big, small, other)) == ["email ferme: A ferme, B ferme, C ferme"]
    assert said(an_account(big, an_item("D", left="3.00"))) == ["email ferme: A ferme, D ferme"]


def test_a_task_opens_only_for_an_invoice_that_reaches_the_minimum() -> None:
    done = (
        DoneStep("ferme", 7, date(2026, 2, 17), date(2026, 2, 17)),
        DoneStep("renforcee", 15, date(2026, 2, 25), date(2026, 2, 25)),
    )
    small = [replace(an_item(name, due="2026-02-10", left="3.00"), done=done) for name in "AB"]
    big = replace(an_item("C", due="2026-02-10"), done=done)
    by_mail = an_item("D")
    assert said(an_account(*small)) == []
    assert said(an_account(*small, by_mail)) == ["email ferme: D ferme"]
    assert said(an_account(*small, big)) == ["call appel: A appel, B appel, C appel"]


def test_a_small_item_never_sets_the_tone() -> None:
    stern = replace(
        an_item("S", due="2026-03-24", left="2.00"),
        done=(DoneStep("ferme", 7, date(2026, 3, 31), date(2026, 3, 31)),),
    )
    assert said(an_account(an_item("A"), stern)) == ["email ferme: S -, A ferme"]


# Rules 10 to 15: holds


@pytest.mark.parametrize(
    ("change", "reason", "kind"),
    [
        ({"outstanding": Decimal(0), "settled_by": "payment"}, "paid", "done"),
        ({"outstanding": Decimal(0), "settled_by": "credit"}, "credit", "done"),
        ({"withdrawn": True}, "withdrawn", "done"),
        ({"written_off": True}, "written_off", "done"),
        ({"handed_over": True}, "handed_over", "done"),
        ({"refused_on": TODAY}, "refused", "hold"),
        ({"means": Means.DIRECT_DEBIT}, "direct_debit", "hold"),
        ({"dispute": DisputeFact(TODAY)}, "disputed", "hold"),
        ({"promises": (promise("2026-04-20", "2026-04-08"),)}, "promised", "hold"),
        ({"pause": PauseFact(date(2026, 4, 9))}, "paused", "hold"),
        ({"pause": PauseFact(date(2026, 4, 8))}, "due", "remind"),
        ({"gone": True}, "gone", "hold"),
        ({"uncertain": True}, "uncertain", "hold"),
        ({"retrying": True}, "retrying", "wait"),
        ({"vetoed_until": date(2026, 4, 9)}, "vetoed", "hold"),
        ({"resuming_since": date(2026, 4, 6)}, "resuming", "wait"),
        ({"resuming_since": date(2026, 4, 2)}, "due", "remind"),
    ],
)
def test_what_holds_an_item_is_named(change: dict[str, object], reason: str, kind: str) -> None:
    found = decided(an_account(replace(an_item(), **change)))
    assert (found.reason, found.decision) == (reason, kind)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"insolvent_on": date(2026, 4, 1)}, "insolvency"),
        ({"pause": PauseFact(None, scope="company")}, "paused"),
        ({"reply_unread": True}, "reply_unread"),
        ({"unmatched": {"EUR": Decimal("120.00")}}, "unmatched_payment"),
        ({"unmatched": {"EUR": Decimal("119.99")}}, "due"),
        ({"stale": True}, "stale_books"),
        ({"reached_by": frozenset()}, "no_address"),
    ],
)
def test_what_holds_a_customer_is_named(change: dict[str, object], reason: str) -> None:
    assert decided(an_account(an_item(), **change)).reason == reason


def test_the_gravest_hold_is_the_one_named() -> None:
    item = replace(an_item(), dispute=DisputeFact(TODAY), pause=PauseFact(None), gone=True)
    assert decided(an_account(item, stale=True)).reason == "disputed"


def test_a_released_part_goes_on_without_the_disputed_part() -> None:
    item = replace(an_item(), dispute=DisputeFact(TODAY, disputed=Decimal(200), released=True))
    message = evaluate(an_account(item), a_company(), TODAY).messages[0]
    assert message.items[0].item.claimed == Decimal("1000.00")


def test_a_promise_before_the_due_date_holds_nothing() -> None:
    item = replace(an_item(due="2026-04-13"), promises=(promise("2026-04-10", "2026-04-07"),))
    assert said(an_account(item)) == ["email amicale: FAC-1 amicale"]


def test_a_kept_part_holds_through_its_grace_and_then_the_ladder_goes_on() -> None:
    item = replace(an_item(left="700.00"), promises=(promise("2026-04-08", "2026-04-07", "500", "500"),))
    assert decided(an_account(item), "2026-04-10").reason == "promised"
    assert decided(an_account(item), "2026-04-13").reason == "due"


def test_a_broken_promise_brings_the_next_step_to_that_day() -> None:
    done = DoneStep("ferme", 7, date(2026, 4, 8), date(2026, 4, 8))
    item = replace(an_item(), done=(done,), promises=(promise("2026-04-09", "2026-04-08"),))
    assert decided(an_account(item), "2026-04-14").slot == date(2026, 4, 14)
    assert play(an_account(item), "2026-04-09", "2026-04-30") == ["2026-04-14 renforcee FAC-1"]


@pytest.mark.parametrize(
    ("due", "told"),
    [
        ("2026-04-14", ["2026-04-09 amicale FAC-1", "2026-04-14 echeance FAC-1", "2026-04-21 ferme FAC-1"]),
        ("2026-04-10", ["2026-04-10 echeance FAC-1", "2026-04-17 ferme FAC-1"]),  # the 5th was kept back
        ("2026-04-08", ["2026-04-15 ferme FAC-1"]),
        ("2026-03-31", ["2026-04-09 ferme FAC-1", "2026-04-17 renforcee FAC-1"]),  # due since the 7th
    ],
)
def test_a_ladder_taken_up_again_goes_on_from_the_third_open_day_before_and_after_the_due_date(
    due: str, told: list[str]
) -> None:
    item = an_item(due=due, resuming_since=date(2026, 4, 3))  # a Friday; Easter Monday is closed
    assert play(an_account(item), "2026-04-03", "2026-04-21") == told


def test_what_can_only_lapse_before_the_ladder_goes_on_names_the_step_after_the_due_date() -> None:
    found = decided(an_account(an_item(due="2026-04-08", resuming_since=date(2026, 4, 3))), "2026-04-07")
    assert (found.reason, found.next_step, found.next_on) == ("not_due", "ferme", date(2026, 4, 15))


def test_nothing_leaves_on_a_closed_day_and_why_says_so() -> None:
    found = decided(an_account(an_item(due="2026-04-11")), "2026-04-18")
    assert (found.decision, found.reason, found.next_on) == ("wait", "closed_day", date(2026, 4, 20))


def test_a_message_above_the_limit_waits_for_approval() -> None:
    found = decided(an_account(an_item()), approval_above=Decimal("1000.00"))
    assert (found.decision, found.reason) == ("hold", "approval")


def test_after_the_announcement_spacing_keeps_its_name_and_its_day() -> None:
    past = PastMessage(date(2026, 4, 6), corrective=True)
    account = an_account(an_item(), messages=[past])
    found = evaluate(account, a_company(), TODAY, frozenset()).decisions[account.items[0].id]
    assert (found.reason, found.next_on) == ("spacing", date(2026, 4, 13))
    late = an_account(an_item())
    found = evaluate(late, a_company(), TODAY, frozenset()).decisions[late.items[0].id]
    assert (found.reason, found.next_on) == ("outside_window", date(2026, 4, 9))


def test_no_friendly_mail_leaves_on_the_day_that_a_late_one_is_freed_after_the_announcement() -> None:
    account = an_account(an_item("A"), an_item("B", due="2026-04-08"))
    friendly = account.items[1]
    assert said(account) == ["email ferme: A ferme, B echeance"]
    found = evaluate(account, a_company(), TODAY, frozenset({friendly.id}))
    assert found.messages == []
    assert (found.decisions[friendly.id].decision, found.decisions[friendly.id].reason) == ("wait", "spacing")
    held = an_account(an_item("A", left="900.00"), an_item("B", due="2026-04-08", left="90.00"))
    found = evaluate(held, a_company(approval_above=Decimal(500)), TODAY, frozenset({held.items[1].id}))
    assert [message.step.key for message in found.messages] == ["echeance"]


def test_the_distance_of_another_policy_does_not_shorten_spacing() -> None:
    item = replace(an_item(), done=(DoneStep("ferme", 7, date(2026, 4, 8), date(2026, 4, 8)),))
    past = PastMessage(date(2026, 4, 8), corrective=True, steps={item.id: 7})
    found = decided(an_account(item, policy="strict", messages=[past]), "2026-04-09")
    assert (found.reason, found.next_on) == ("spacing", date(2026, 4, 13))


def test_the_item_above_the_limit_waits_and_the_others_leave_without_it() -> None:
    account = an_account(an_item("A"), an_item("B", left="100.00"))
    assert said(account, approval_above=Decimal(500)) == ["email ferme: B ferme"]
    assert decided(account, approval_above=Decimal(500)).reason == "approval"
    found = evaluate(account, a_company(approval_above=Decimal(500)), TODAY, frozenset())
    assert found.decisions[account.items[0].id].reason == "approval"


def test_reminders_made_before_leave_nothing_lapsed() -> None:
    item = an_item(due="2026-04-01", learnt="2026-04-06", prior_reminders=1)
    assert decided(an_account(item)).reason == "not_due"


def test_what_comes_next_is_a_day_that_spacing_allows() -> None:
    past = PastMessage(date(2026, 4, 7), corrective=True)
    account = an_account(an_item(due="2026-04-02"), messages=[past])
    evaluation = evaluate(account, a_company(), TODAY)
    found = with_facts(account, a_company(), TODAY, evaluation, [account.items[0].id], None)[
        account.items[0].id
    ]
    assert (found.reason, found.next_step, found.next_on) == ("lapsed", "ferme", date(2026, 4, 13))


def test_an_invoice_joins_no_friendly_message_before_its_issue_date() -> None:
    other = an_item("A", due="2026-04-08")
    tomorrow = an_item("B", due="2026-04-09", issued="2026-04-09", learnt="2026-03-20")
    today = an_item("B", due="2026-04-09", issued="2026-04-08", learnt="2026-03-20")
    assert said(an_account(other, tomorrow)) == ["email echeance: A echeance"]
    assert said(an_account(other, today)) == ["email echeance: A echeance, B echeance"]
