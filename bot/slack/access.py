"""Who may do what, and for which company (DESIGN 7). Checked on every command, click and form."""

import http.client
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from receivables.codes.roles import Role
from receivables.codes.slack_errors import SlackTrouble, trouble_of
from receivables.company import Company
from receivables.errors import Refused

COMMERCIAL, FINANCE, RESPONSABLE, ADMIN = ROLES = tuple(Role)
"""Each role may also do all that those before it may."""

KEPT_FOR = timedelta(minutes=5)
MOST_KEPT = 5_000
SLACK_TROUBLE = (SlackClientError, OSError, http.client.HTTPException)


class Directory:
    """What Slack says of people and groups, kept for a few minutes."""

    def __init__(self, client: WebClient, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._kept: dict[str, tuple[datetime, Any]] = {}
        self._lock = threading.Lock()

    def person(self, user: str) -> Mapping[str, Any]:
        """Return a user as `users.info` shows it. Raises Refused when Slack cannot answer."""
        found: Mapping[str, Any] = self._ask(user, lambda: self._user(user))
        return found

    def _user(self, user: str) -> Mapping[str, Any]:
        """Ask for one user; a person whom this workspace cannot see is a stranger."""
        try:
            found: Mapping[str, Any] = self._client.users_info(user=user)["user"]
        except SlackApiError as error:
            if error.response.get("error") in {"user_not_found", "user_not_visible"}:
                return {"is_stranger": True}
            raise
        return found

    def members(self, group: str) -> frozenset[str]:
        """Return the users of a group. Raises Refused when Slack cannot answer."""
        found: frozenset[str] = self._ask(
            group, lambda: frozenset(self._client.usergroups_users_list(usergroup=group)["users"] or ())
        )
        return found

    def home(self) -> str:
        """Return the workspace that the bot belongs to. Raises Refused when Slack cannot answer."""
        return str(self._ask("home", lambda: self._client.auth_test()["team_id"]))

    def _ask(self, key: str, question: Callable[[], Any]) -> Any:
        now = self._now()
        with self._lock:
            kept = self._kept.get(key)
        if kept and timedelta(0) <= now - kept[0] < KEPT_FOR:
            return kept[1]
        try:
            answer = question()
        except SLACK_TROUBLE as error:
            raise Refused(_unanswered(error)) from error
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = (now, answer)
        return answer


def _unanswered(error: Exception) -> str:
    """Return the refusal for what Slack did not answer; that it knows us no more is for others to mend."""
    code = error.response.get("error") if isinstance(error, SlackApiError) else None
    return "access.token_refused" if trouble_of(code) is SlackTrouble.TOKEN else "access.slack_silent"


class Access:
    """The rights of people, by company."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def check(self, company: Company, user: str, role: Role, *, team: str = "") -> None:
        """Refuse who may not act for `company` as `role`. Raises Refused; its sentence says what to do.

        `team` is the workspace named in Slack's request, when it names the person's.
        """
        self._check_member(company, user, team)
        if self._has(company, user, role):
            return
        table = f"[company.{company.key}.roles]"
        if not self._holders(company, role):
            raise Refused("access.nobody", role=role, table=table)
        raise Refused("access.role", role=role, table=table)

    def may(self, company: Company, user: str, role: Role, *, team: str = "") -> bool:
        """Whether `check` lets the person through. Raises Refused only when Slack cannot answer."""
        try:
            self._check_member(company, user, team)
        except Stranger:
            return False
        return self._has(company, user, role)

    def _check_member(self, company: Company, user: str, team: str) -> None:
        """Refuse bots, guests, people who left, and other workspaces."""
        home = company.slack_team or self._directory.home()
        person = self._directory.person(user)
        if (team and team != home) or person.get("team_id", home) != home or person.get("is_stranger"):
            raise Stranger("access.other_workspace", name=company.name)
        if person.get("deleted") or person.get("is_bot") or user == "USLACKBOT":
            raise Stranger("access.not_a_member")
        if person.get("is_restricted") or person.get("is_ultra_restricted"):
            raise Stranger("access.guest")

    def _has(self, company: Company, user: str, role: Role) -> bool:
        if not company.roles:
            return role in {COMMERCIAL, FINANCE}
        return any(self._named(user, company.roles.get(held, ())) for held in ROLES[ROLES.index(role) :])

    def _named(self, user: str, holders: tuple[str, ...]) -> bool:
        groups = (holder for holder in holders if holder.startswith("S"))
        return user in holders or any(user in self._directory.members(group) for group in groups)

    @staticmethod
    def _holders(company: Company, role: Role) -> bool:
        return any(company.roles.get(held) for held in ROLES[ROLES.index(role) :])


class Stranger(Refused):
    """Not a full member of the company's workspace."""


def company_of(companies: Mapping[str, Company], channel: str) -> Company | None:
    """Return the company of a channel, elsewhere the only one; None when the person must say."""
    for company in companies.values():
        if company.slack_channel == channel:
            return company
    return next(iter(companies.values())) if len(companies) == 1 else None
