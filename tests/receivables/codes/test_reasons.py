"""The table of reasons: a row for each, and rows that agree with one another."""

import ast

from receivables.codes.reasons import REASONS, Against, Look, Obstacle, Reason, Standing, escalating, lasting
from tools.rooms import modules


def test_each_reason_has_its_row() -> None:
    assert set(REASONS) == set(Reason)


def test_what_is_done_is_looked_at_again_only_after_an_act() -> None:
    for reason, row in REASONS.items():
        if row.standing is Standing.DONE:
            assert row.look is Look.NEVER, reason


def test_only_due_is_reminded() -> None:
    assert [reason for reason, row in REASONS.items() if row.standing is Standing.REMIND] == [Reason.DUE]


def test_what_nobody_may_chase_keeps_a_letter_back_too() -> None:
    for reason, row in REASONS.items():
        if row.escalating is Against.REFUSE:
            assert row.keeps_letter, reason


def test_by_hand_what_is_over_is_refused_and_what_is_doubtful_confirmed_twice() -> None:
    """Rule 16, by `/escalade` and by *Envoyer maintenant*, where what is settled drops out by itself."""
    refused = {Reason.PAID, Reason.WITHDRAWN, Reason.WRITTEN_OFF, Reason.INSOLVENCY}
    confirmed = {
        Reason.DISPUTED, Reason.HANDED_OVER, Reason.REFUSED, Reason.OLD_CLAIM, Reason.DIRECT_DEBIT,
        Reason.SPACING, Reason.PROMISED, Reason.PLAN, Reason.PAUSED,
    }  # fmt: skip
    assert {reason for reason, row in REASONS.items() if row.escalating is Against.REFUSE} == refused
    sending = {reason: row.sending for reason, row in REASONS.items()}
    assert all(sending[reason] is Against.REFUSE for reason in refused - {Reason.PAID})
    for reason in confirmed:
        assert REASONS[reason].escalating is Against.CONFIRM, reason
        assert sending[reason] is Against.CONFIRM, reason


def test_a_second_message_on_a_day_is_confirmed_and_a_closed_day_only_told() -> None:
    assert escalating(Obstacle.SENT_TODAY) is Against.CONFIRM
    assert escalating(Reason.CLOSED_DAY) is Against.NOTHING
    assert escalating(Reason.PAID) is Against.REFUSE


def test_no_code_is_a_reason_and_an_obstacle() -> None:
    assert not {str(reason) for reason in Reason} & {str(obstacle) for obstacle in Obstacle}


def test_another_message_that_day_does_not_last() -> None:
    assert not lasting(Obstacle.MESSAGE_TODAY)
    assert lasting(Reason.INSOLVENCY)


def test_each_reason_is_given_by_somebody() -> None:
    """A member with its row and its words, which no rule ever gives, holds nothing back."""
    given = {
        node.attr
        for module in modules()
        if not module.path.as_posix().endswith("codes/reasons.py")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Reason"
    }
    assert {reason.name for reason in Reason} - given == set()
