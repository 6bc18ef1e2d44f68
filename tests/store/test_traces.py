"""What the journal keeps of acts: typed, written as ever, and read whatever version wrote it."""

import json
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receivables.acts import Act
from store.traces.agreements import DisputeSettled
from store.traces.codec import ActData, from_json, to_json
from store.traces.messages import ModeChanged, ReminderEscalated
from store.traces.money import CreditNoteUpdated, CreditUse, NoteGranted, PaymentRecorded
from store.traces.table import DATA
from store.traces.tasks import TaskRecord
from store.traces.work import CallFollowed, CallLogged, PromiseByCall

KINDS = sorted(set(DATA.values()), key=lambda kind: kind.__name__)

st.register_type_strategy(Decimal, st.decimals(places=2, allow_nan=False, allow_infinity=False))
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
PAID: dict[str, Any] = {
    "payment_id": 3,
    "allocation_ids": [5],
    "number": "FAC-1",
    "amount": "1200.00",
    "allocated": "1200.00",
    "credit": "0.00",
    "outstanding": "0.00",
    "currency": "EUR",
    "received_on": "2026-11-03",
    "means": None,
    "origin": "declared",
    "lapsed_tasks": [],
}  # fmt: skip


def test_every_act_has_a_type_for_its_data() -> None:
    assert set(DATA) == set(Act)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=25)
@given(data=st.data())
def test_what_is_written_is_read_back_the_same(kind: type[ActData], data: st.DataObject) -> None:
    told = data.draw(st.builds(kind, **{each.name: st.from_type(each.type) for each in fields(kind)}))
    assert from_json(kind, json.loads(json.dumps(to_json(told)))) == told


def test_a_payment_is_written_with_the_keys_and_values_of_ever() -> None:
    told = PaymentRecorded(
        payment_id=3,
        allocation_ids=(5,),
        number="FAC-1",
        amount=Decimal("1200.00"),
        allocated=Decimal("1200.00"),
        credit=Decimal("0.00"),
        outstanding=Decimal("0.00"),
        currency="EUR",
        received_on=date(2026, 11, 3),
    )
    assert to_json(told) == PAID
    assert from_json(PaymentRecorded, PAID) == told


def test_what_an_earlier_version_did_not_write_has_a_default() -> None:
    older = {name: value for name, value in PAID.items() if name != "lapsed_tasks"}
    assert from_json(PaymentRecorded, older).lapsed_tasks == ()
    call = {"call_id": 1, "number": "FAC-1", "outcome": "voicemail", "currency": "EUR"}
    assert from_json(CallLogged, call).followed == CallFollowed()


def test_what_every_version_wrote_must_be_there() -> None:
    with pytest.raises(TypeError, match="payment_id"):
        from_json(PaymentRecorded, {name: value for name, value in PAID.items() if name != "payment_id"})


def test_what_a_later_version_writes_besides_is_left_aside() -> None:
    assert from_json(PaymentRecorded, PAID | {"bank_line": 7}) == from_json(PaymentRecorded, PAID)


def test_what_an_act_has_only_sometimes_is_not_written_when_it_has_it_not() -> None:
    assert to_json(ReminderEscalated(step="ferme", task_id=4)) == {"step": "ferme", "task_id": 4}
    assert to_json(ReminderEscalated(step="ferme", reminder_id=2, warnings=())) == {
        "step": "ferme", "reminder_id": 2, "warnings": []
    }  # fmt: skip


def test_what_another_act_brought_about_is_written_among_the_rest() -> None:
    promise = PromiseByCall(promise_id=8, promised=Decimal("40.00"))
    told = CallLogged(call_id=1, number="FAC-1", outcome="promise", currency="EUR", promise=promise)
    stored = to_json(told)
    assert (stored["promise_id"], stored["replaced_id"], stored["promised"]) == (8, None, "40.00")
    assert "promise" not in stored
    assert from_json(CallLogged, stored) == told
    note = NoteGranted(
        used=CreditUse(allocation_ids=(1,)), credit_note_id=2, note_number="AV-1", amount=Decimal("10.00")
    )
    settled = DisputeSettled(dispute_id=1, number="FAC-1", kind="price", currency="EUR", granted=note)
    assert to_json(settled)["payment_ids"] == []
    assert from_json(DisputeSettled, to_json(settled)) == settled


def test_a_key_that_is_no_name_and_sums_in_a_row() -> None:
    assert to_json(ModeChanged(before="draft", to="live")) == {"from": "draft", "to": "live"}
    assert from_json(ModeChanged, {"from": "draft", "to": "live"}).before == "draft"
    stored = {"credit_note_id": 1, "note_number": "AV-1", "open": ["20.00", "5.00"]}
    assert from_json(CreditNoteUpdated, stored).open == (Decimal("20.00"), Decimal("5.00"))
    assert to_json(TaskRecord(task_id=1, kind="call", outcome="done", step_ids=(3,)))["step_ids"] == [3]
