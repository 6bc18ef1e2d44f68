"""Who a task falls to: the owner of the customer, else somebody of a role, else the admin (SCHEDULE 3)."""

import re
from dataclasses import dataclass

from receivables.codes.roles import Role
from receivables.company import Company

_USER = re.compile(r"[UW][A-Z0-9]{2,20}\Z")
_GROUP = re.compile(r"S[A-Z0-9]{2,20}\Z")


@dataclass(frozen=True, slots=True)
class Duty:
    """Who must act: a Slack user, or, when nobody is named, whoever has the role."""

    owner: str | None
    role: Role | None


def is_user(name: str | None) -> bool:
    """Whether `name` is a Slack user id, who can be told."""
    return bool(name and _USER.match(name))


def who_acts(company: Company, owner: str | None, role: Role = Role.FINANCE) -> Duty:
    """Return who must act: `owner` when in Slack, else the first user named in `role`, else in `admin`.

    A role that names only user groups falls to the groups; one that names nobody, to the next.
    """
    if is_user(owner):
        return Duty(owner, None)
    for each in dict.fromkeys((role, Role.ADMIN)):
        held = holders(company, each)
        if held:
            return Duty(next(filter(is_user, held), None), each)
    return Duty(None, role)


def holders(company: Company, role: Role) -> tuple[str, ...]:
    """Return the Slack users and user groups that hold a role by name."""
    named = company.roles.get(role, ())
    return tuple(name for name in named if _USER.match(name) or _GROUP.match(name))


def manager(company: Company) -> tuple[str, ...]:
    """Return who is told when an owner does not act: role `responsable`, else `admin`; may be nobody."""
    return holders(company, Role.RESPONSABLE) or holders(company, Role.ADMIN)
