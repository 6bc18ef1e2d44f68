"""Tokens: kept, renewed in time and once, rotated; what is wrong is noted and told."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from sqlalchemy import select

from message_templates import refusals
from receivables.codes.mail_access import AccessTrouble, Way
from receivables.company import Company
from receivables.language import Language
from scheduler.mail_access import token_server as asking
from scheduler.mail_access.account import MailAccount
from scheduler.mail_access.grants import GivenTokens
from scheduler.mail_access.token_server import TokenServerAway, post
from scheduler.mail_access.tokens import NoAccess, Tokens
from scheduler.mail_access.watch import Watch
from store.books import read_books
from store.db.engine import Database
from store.db.tables import Announcement
from store.mail_access import rows
from store.mail_access.sealing import Seal
from tests import builders
from tests.scheduler.mail_access.accounts import (
    SEAL,
    TokenTime,
    by_consent,
    by_secret,
    by_service,
    of_google,
    tokens,
)
from tests.token_server import TokenServer, token_server


@pytest.fixture
def now() -> TokenTime:
    return TokenTime()


@pytest.fixture
def provider(now: TokenTime) -> Iterator[TokenServer]:
    with token_server(now=lambda: now().timestamp()) as server:
        yield server


@pytest.fixture
def company(company: Company) -> Company:
    """The company, where it is about noon: what is told once a day is told on one day."""
    return replace(company, timezone=builders.noon_zone(datetime.now(UTC)))


def told(database: Database, company: Company) -> list[dict[str, Any]]:
    """What Slack is told."""
    with read_books(database, company) as b:
        return list(b.session.scalars(select(Announcement.data).order_by(Announcement.id)))


def test_a_token_serves_until_three_quarters_of_its_life(
    provider: TokenServer, database: Database, now: TokenTime
) -> None:
    mine = tokens(by_secret(provider), database, now)
    first = mine.current()
    now.later(minutes=44)
    assert mine.current() == first
    now.later(minutes=2)
    assert mine.current() != first
    assert len(provider.asked) == 2


def test_both_ways_and_later_processes_share_it(
    provider: TokenServer, database: Database, now: TokenTime
) -> None:
    account = by_secret(provider)
    first = tokens(account, database, now).current()
    with contextlib.closing(Database(database.url)) as elsewhere:
        assert tokens(account, elsewhere, now, Way.IMAP).current() == first
    assert len(provider.asked) == 1


def test_a_refresh_token_that_is_given_anew_is_kept(
    provider: TokenServer, database: Database, now: TokenTime
) -> None:
    mine = tokens(by_consent(provider, refresh_token=provider.consent()), database, now)
    for _ in range(4):
        mine.current()
        now.later(minutes=50)
    shown = [form["refresh_token"] for form in provider.asked]
    assert len(set(shown)) == 4
    held = mine.held().tokens
    assert held is not None
    assert {held.refresh_token} == provider.refresh_tokens


def test_one_that_is_not_given_anew_stays(provider: TokenServer, database: Database, now: TokenTime) -> None:
    provider.rotates = False
    given = provider.consent()
    mine = tokens(of_google(provider, refresh_token=given), database, now)
    for _ in range(3):
        mine.current()
        now.later(minutes=50)
    assert [form["refresh_token"] for form in provider.asked] == [given] * 3


def renew_together(account: MailAccount, url: str, now: TokenTime, seal: Seal, *, many: int) -> set[str]:
    """Have so many ask at once, each with a database of its own as processes have; return what they got."""
    start, found, troubles = threading.Barrier(many), [], []

    def ask() -> None:
        with contextlib.closing(Database(url)) as mine:
            try:
                start.wait()
                found.append(Tokens(account, Way.SMTP, mine, seal, now=now).current())
            except Exception as error:  # noqa: BLE001 - the test tells it
                troubles.append(error)

    threads = [threading.Thread(target=ask) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    return set(found)


@pytest.mark.parametrize("rounds", [2, pytest.param(100, marks=pytest.mark.soak)])
def test_of_many_that_renew_at_once_one_asks(
    provider: TokenServer, database: Database, now: TokenTime, rounds: int
) -> None:
    """A provider that rotates would take the second for a thief."""
    account = by_consent(provider, refresh_token=provider.consent())
    seen: set[str] = set()
    for _ in range(rounds):
        got = renew_together(account, database.url, now, SEAL, many=6)
        assert len(got) == 1
        assert not got & seen
        seen |= got
        now.later(minutes=70)
    assert (len(provider.asked), provider.thefts) == (rounds, 0)


def test_a_turn_that_nobody_ends_is_over_after_a_minute(
    provider: TokenServer, database: Database, now: TokenTime
) -> None:
    account = by_secret(provider)
    assert rows.take_turn(database, account.name, at=now())  # and killed
    with pytest.raises(TokenServerAway):
        tokens(account, database, now).current()
    now.later(seconds=61)
    assert tokens(account, database, now).current()


def test_another_refresh_token_in_the_settings_is_taken_at_once(
    provider: TokenServer, database: Database, now: TokenTime
) -> None:
    first = by_consent(provider, refresh_token=provider.consent())
    tokens(first, database, now).current()
    second = by_consent(provider, refresh_token=provider.consent())
    tokens(second, database, now).current()
    assert provider.asked[-1]["refresh_token"] == second.refresh_token
    rows.forget_others(database, [second.name])
    assert rows.kept(database, first.name) is None


# --- what is refused: who is told what, and what goes on -------------------------------------------------


def withdrawn(provider: TokenServer) -> None:
    provider.withdraw()


def another_secret(provider: TokenServer) -> None:
    provider.secret = "another"


def fewer_rights(provider: TokenServer) -> None:
    provider.permissions.discard("https://outlook.office365.com/SMTP.Send")


def a_new_code(provider: TokenServer) -> None:
    provider.fault = "weather"


def no_delegation(provider: TokenServer) -> None:
    provider.delegated = False


FAULTS = {
    "consent withdrawn": (by_consent, withdrawn, AccessTrouble.WITHDRAWN, "AADSTS50173", "a pris fin"),
    "google: withdrawn": (of_google, withdrawn, AccessTrouble.WITHDRAWN, "invalid_grant", "a pris fin"),
    "secret expired": (by_secret, another_secret, AccessTrouble.SECRET, "AADSTS7000215", "a expiré"),
    "google: secret": (of_google, another_secret, AccessTrouble.SECRET, "invalid_client", "a expiré"),
    "permission gone": (by_consent, fewer_rights, AccessTrouble.NOT_ALLOWED, "AADSTS65001", "pas le droit"),
    "public flows off": (
        by_consent,
        another_secret,
        AccessTrouble.PUBLIC_CLIENT,
        "client",
        "clients publics",
    ),
    "unknown code": (by_secret, a_new_code, AccessTrouble.UNKNOWN, "weather", "ne connaît pas (weather)"),
    "no delegation": (by_service, no_delegation, AccessTrouble.NOT_ALLOWED, "unauthorized", "pas le droit"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_refused_is_told_before_the_mails_wait(
    provider: TokenServer, database: Database, company: Company, now: TokenTime, fault: str
) -> None:
    make, break_, trouble, code, sentence = FAULTS[fault]
    given = {"refresh_token": provider.consent()} if make in (by_consent, of_google) else {}
    mine = tokens(make(provider, **given), database, now)
    good = mine.current()
    break_(provider)
    now.later(minutes=46)
    watch = Watch(database, {company.key: company}, [mine])
    for _ in range(4):
        watch.look(now())
        now.later(minutes=1)
    assert mine.current() == good  # the token at hand still serves
    [data] = told(database, company)
    assert data["trouble"] == trouble
    assert code in data["words"]
    assert data["good_until"] is not None
    asked = len(provider.asked)
    now.later(minutes=11)
    with pytest.raises(NoAccess) as refused:
        mine.current()
    said = refusals.sentence(refused.value, Language.FR)
    assert said.startswith("SMTP\u00a0: ")
    assert sentence in said
    assert len(provider.asked) == asked + 1  # five minutes were over


def test_the_key_of_a_service_account_that_was_deleted(
    provider: TokenServer, database: Database, now: TokenTime
) -> None:
    provider.key = generate_private_key(65537, 2048).public_key()
    with pytest.raises(NoAccess) as refused:
        tokens(by_service(provider), database, now).current()
    assert refused.value.code == "mail_access.secret"


def test_nobody_has_agreed_yet(provider: TokenServer, database: Database, now: TokenTime) -> None:
    with pytest.raises(NoAccess) as refused:
        tokens(by_consent(provider), database, now).current()
    assert refused.value.code == "mail_access.not_authorized"
    assert provider.asked == []


def test_an_end_that_the_provider_names_is_told_twice(
    provider: TokenServer, database: Database, company: Company, now: TokenTime
) -> None:
    provider.refresh_ends = 20 * 86_400
    mine = tokens(by_consent(provider, refresh_token=provider.consent()), database, now)
    mine.current()
    provider.rotates = False
    watch = Watch(database, {company.key: company}, [mine])
    counted = []
    for _ in range(20):
        watch.look(now())
        watch.look(now())
        counted.append(len(told(database, company)))
        now.later(days=1)
    assert counted == [0] * 13 + [1] * 6 + [2]


def test_a_trouble_is_told_each_day_and_anew_when_it_comes_anew(
    provider: TokenServer, database: Database, company: Company, now: TokenTime
) -> None:
    account = by_secret(provider)
    mine = tokens(account, database, now)
    watch = Watch(database, {company.key: company}, [mine])

    def count() -> int:
        watch.look(now())
        return len(told(database, company))

    right, provider.secret = provider.secret, "another"
    assert [count(), count()] == [1, 1]
    now.later(days=1)
    assert [count(), count()] == [2, 2]
    provider.secret = right
    now.later(minutes=6)
    assert count() == 2
    provider.secret = "another"
    now.later(minutes=50)
    assert count() == 3


def test_each_company_is_told_since_the_mails_of_each_wait(
    provider: TokenServer, database: Database, company: Company, now: TokenTime
) -> None:
    other = replace(company, key="martin", slack_channel="C0MARTIN")
    mine = tokens(by_consent(provider), database, now)
    Watch(database, {"durand": company, "martin": other}, [mine]).look(now())
    assert [len(told(database, each)) for each in (company, other)] == [2, 2]
    with read_books(database, other) as b:
        assert set(b.session.scalars(select(Announcement.channel))) == {"C0RELANCES", "C0MARTIN"}


# --- the provider is away --------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["503", "page", "redirect", "temporarily_unavailable", "server_error"])
def test_a_provider_that_is_away_is_asked_again_and_nothing_is_noted(
    provider: TokenServer, database: Database, now: TokenTime, fault: str
) -> None:
    mine = tokens(by_secret(provider), database, now)
    good = mine.current()
    provider.fault = fault
    now.later(minutes=46)
    assert mine.current() == good
    now.later(minutes=20)
    with pytest.raises(TokenServerAway):
        mine.current()
    kept = rows.kept(database, mine.account.name)
    assert kept is not None
    assert kept.trouble is None
    provider.fault = ""
    assert mine.current() != good


def test_one_that_hangs_is_not_waited_for(provider: TokenServer) -> None:
    provider.fault = "hang"
    with pytest.raises(TokenServerAway) as away:
        post(f"{provider.url}/token", {"a": "b"}, timeout=0.3)
    assert away.value.facts == {"kind": "TimeoutError"}
    assert asking.TIMEOUT_SECONDS <= 20


# --- the secret ------------------------------------------------------------------------------------------


def test_what_the_old_secret_sealed_is_read_and_sealed_anew(
    provider: TokenServer, database: Database, now: TokenTime
) -> None:
    account = by_consent(provider, refresh_token=provider.consent())
    old, new = "the old secret, long enough", "the new secret, long enough"
    tokens(account, database, now, seal=Seal([old])).current()
    now.later(minutes=50)
    tokens(account, database, now, seal=Seal([new, old])).current()
    later = tokens(account, database, now, seal=Seal([new]))
    assert later.current()
    assert len(provider.asked) == 2


def test_what_no_secret_opens_is_said_to_be_so(
    provider: TokenServer, database: Database, now: TokenTime
) -> None:
    provider.rotates = False
    consented = by_consent(provider)
    first = tokens(consented, database, now, seal=Seal(["the old secret, long enough"]))
    first.keep(asked_by_hand(provider, now))
    with pytest.raises(NoAccess) as refused:
        tokens(consented, database, now).current()
    assert refused.value.code == "mail_access.unreadable"
    by_itself = by_secret(provider)
    provider.secret = by_itself.client_secret
    tokens(by_itself, database, now, seal=Seal(["the old secret, long enough"])).current()
    assert tokens(by_itself, database, now).current()  # what can be asked for anew is


def test_a_rotated_refresh_token_that_no_secret_opens_is_no_consent_withdrawn(
    provider: TokenServer, database: Database, now: TokenTime
) -> None:
    """The one in the settings is over since the provider gave another: that is kept, and cannot be read."""
    account = by_consent(provider, refresh_token=provider.consent())
    tokens(account, database, now, seal=Seal(["the old secret, long enough"])).current()
    with pytest.raises(NoAccess) as refused:
        tokens(account, database, now).current()
    assert refused.value.code == "mail_access.unreadable"


def asked_by_hand(provider: TokenServer, now: TokenTime) -> GivenTokens:
    return GivenTokens("access", now(), now() + timedelta(hours=1), provider.consent())


def test_nothing_secret_shows(provider: TokenServer, database: Database, now: TokenTime) -> None:
    account = of_google(provider, refresh_token=provider.consent())
    mine = tokens(account, database, now)
    token = mine.current()
    shown = repr((account, mine, mine.held(), by_service(provider)))
    for secret in (account.client_secret, account.refresh_token, token, "PRIVATE"):
        assert secret not in shown
