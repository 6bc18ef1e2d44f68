"""What to ask on the phone: one aim, from what is known."""

from datetime import date
from decimal import Decimal

import pytest

from receivables.calls import Known, aim

ON = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("known", "key"),
    [
        (Known(), "date"),
        (Known(reply_on=ON, broken_on=ON), "reply"),
        (Known(broken_on=ON, disputed=("FAC-1",)), "broken"),
        (Known(disputed=("FAC-1",), outcomes=("payment_sent",), last_call_on=ON), "disputed"),
        (Known(outcomes=("voicemail", "unreachable", "reached"), last_call_on=ON), "unanswered"),
        (Known(outcomes=("voicemail", "payment_sent"), last_call_on=ON), "payment_sent"),
        (Known(outcomes=("in_payment",), last_call_on=ON), "in_payment"),
        (Known(outcomes=("waiting_approval",), last_call_on=ON), "waiting_approval"),
        (Known(outcomes=("invoice_not_received",), last_call_on=ON), "invoice_not_received"),
        (Known(outcomes=("callback",), last_call_on=ON), "callback"),
        (Known(outcomes=("reached",), last_call_on=ON), "date"),
        (Known(paid_part=Decimal(300), paid_on=ON), "rest"),
    ],
)
def test_the_most_telling_case_gives_the_aim(known: Known, key: str) -> None:
    assert aim(known).key == key
