"""Who a task falls to."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from receivables.company import Company
from receivables.duty import Duty, manager, who_acts

Roles = Mapping[str, tuple[str, ...]]


@pytest.mark.parametrize(
    ("owner", "roles", "duty"),
    [
        ("U0SOPHIE", {"finance": ("U0MARIE",)}, Duty("U0SOPHIE", None)),
        ("Sophie Martin", {"finance": ("S0COMPTA", "U0MARIE")}, Duty("U0MARIE", "finance")),
        (None, {"finance": ("S0COMPTA",)}, Duty(None, "finance")),
        (None, {"admin": ("U0PAUL",)}, Duty("U0PAUL", "admin")),
        (None, {"commercial": ("U0SOPHIE",)}, Duty(None, "finance")),
        (None, {}, Duty(None, "finance")),
    ],
)
def test_the_owner_then_somebody_of_finance_then_the_admin(
    company: Company, owner: str | None, roles: Roles, duty: Duty
) -> None:
    assert who_acts(replace(company, roles=roles), owner) == duty


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        ({"responsable": ("U0PAUL",), "admin": ("U0CLAIRE",)}, ("U0PAUL",)),
        ({"admin": ("U0CLAIRE",)}, ("U0CLAIRE",)),
        ({}, ()),
    ],
)
def test_the_manager_then_the_admin_is_told(company: Company, roles: Roles, told: tuple[str, ...]) -> None:
    assert manager(replace(company, roles=roles)) == told
