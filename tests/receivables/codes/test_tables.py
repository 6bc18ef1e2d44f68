"""The tables of codes: a row for each member, and rows that agree with one another."""

from receivables.codes.calls import CALL_AGAIN, CALL_RESULTS, SILENT, CallResult
from receivables.codes.channels import CHANNELS
from receivables.codes.disputes import FOLLOW_UP, DisputeKind
from receivables.codes.messages import (
    CARRYING,
    LEFT,
    MESSAGE_STATES,
    OVER,
    STANDING,
    TO_CUSTOMER,
    MessageKind,
    MessageState,
)
from receivables.codes.roles import TO, Role
from receivables.codes.statuses import BROKEN, HELD, LATE_STATES, LateState
from receivables.codes.tasks import LADDER, LAPSING, NUDGED, OF_CHANNEL, TASK_KINDS, TaskKind
from receivables.statements import STEPS


def test_each_state_of_a_message_has_its_row() -> None:
    assert set(MESSAGE_STATES) == set(MessageState)


def test_what_may_have_arrived_stands_and_what_is_over_never_left() -> None:
    assert set(TO_CUSTOMER) <= set(LEFT) <= set(STANDING)
    assert set(OVER) == {"failed", "cancelled"}


def test_each_kind_of_message_that_no_policy_plans_has_a_step_of_its_own() -> None:
    assert set(STEPS) == set(MessageKind) - set(CARRYING)


def test_each_kind_of_task_has_its_row() -> None:
    assert set(TASK_KINDS) == set(TaskKind)


def test_each_channel_of_people_opens_a_task_of_the_ladder() -> None:
    assert {channel for channel in CHANNELS.values() if not channel.written} == set(OF_CHANNEL)
    assert set(OF_CHANNEL.values()) == set(LADDER)
    assert all(channel.key == kind for channel, kind in OF_CHANNEL.items())


def test_the_ladder_is_nudged_and_lapses() -> None:
    assert set(LADDER) <= set(NUDGED)
    assert set(LADDER) <= set(LAPSING)


def test_who_does_a_task_alone_may_pass_it_too() -> None:
    assert all(row.own_passed for row in TASK_KINDS.values() if row.own_done)


def test_roles_grow_from_the_least_to_the_most() -> None:
    assert list(Role) == ["commercial", "finance", "responsable", "admin"]
    assert set(TO) == {"billing", "manager", "both"}


def test_each_outcome_of_a_call_has_its_row_and_nobody_there_is_called_again() -> None:
    assert set(CALL_RESULTS) == set(CallResult)
    assert set(SILENT) < set(CALL_AGAIN)


def test_each_kind_of_dispute_is_asked_about_again() -> None:
    assert set(FOLLOW_UP) == set(DisputeKind)


def test_each_state_of_what_is_late_has_its_row_and_none_is_held_and_broken() -> None:
    assert set(LATE_STATES) == set(LateState)
    assert not HELD & BROKEN
