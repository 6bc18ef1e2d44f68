"""A person agrees: by a code typed elsewhere, or in a browser that comes back to this machine."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from scheduler.mail_access import consent, loopback
from scheduler.mail_access.consent import NoConsent
from scheduler.mail_access.grants import Denied
from scheduler.mail_access.loopback import Loopback
from tests.refusals import refused
from tests.scheduler.mail_access.accounts import by_consent, of_google
from tests.token_server import TokenServer, token_server


@pytest.fixture
def provider() -> Iterator[TokenServer]:
    with token_server() as server:
        yield server


# --- by a code -------------------------------------------------------------------------------------------


def test_the_code_is_waited_for_and_slower_when_told_so(provider: TokenServer) -> None:
    account = by_consent(provider)
    code = consent.ask_for_code(account)
    assert (code.user_code, code.where) == ("KD7P-4QXM", "https://microsoft.example/devicelogin")
    states, waits = iter(["pending", "slow_down", "pending", "agreed"]), []

    def wait(seconds: float) -> None:
        waits.append(round(seconds, 2))
        provider.device[code.device_code] = next(states)

    granted = consent.wait_for_code(account, code, wait=wait)
    assert granted.refresh_token in provider.refresh_tokens
    assert waits == [0.01, 0.01, 5.01, 5.01]


@pytest.mark.parametrize(
    ("state", "sentence"), [("declined", "a été refusée"), ("expired", "à temps"), ("pending", "à temps")]
)
def test_without_the_person_nothing_comes_of_it(provider: TokenServer, state: str, sentence: str) -> None:
    account = by_consent(provider)
    code = consent.ask_for_code(account)
    provider.device[code.device_code] = state
    waited = consent.DeviceCode(code.user_code, code.where, code.device_code, 20.0, 5.0)
    with refused(NoConsent, match=sentence):
        consent.wait_for_code(account, waited, wait=lambda _: None)


def test_an_application_that_the_provider_does_not_know(provider: TokenServer) -> None:
    with pytest.raises(Denied) as denied:
        consent.ask_for_code(by_consent(provider, client_id="another"))
    assert denied.value.words == "unauthorized_client AADSTS700016"


def test_a_public_application_that_is_not_set_up_as_one(provider: TokenServer) -> None:
    account = by_consent(provider)
    code = consent.ask_for_code(account)
    provider.fault = "invalid_client"
    with pytest.raises(Denied) as denied:
        consent.wait_for_code(account, code, wait=lambda _: None)
    assert denied.value.trouble == "public_client"


# --- in a browser ----------------------------------------------------------------------------------------


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with loopback.listen(0) as server:
        yield server


class Waiting:
    """The command that waits for the browser, in a thread of its own."""

    def __init__(self, listener: socket.socket, asked: Loopback, seconds: float = 10) -> None:
        self.code, self.error = "", ""

        def wait() -> None:
            try:
                self.code = loopback.wait_for_browser(listener, asked, seconds=seconds)
            except NoConsent as error:
                self.error = error.code

        self._thread = threading.Thread(target=wait)
        self._thread.start()

    def end(self) -> "Waiting":
        self._thread.join(20)
        return self


def asked(listener: socket.socket, provider: TokenServer, google: bool = True) -> Loopback:
    account = of_google(provider) if google else by_consent(provider)
    return Loopback(account, listener.getsockname()[1])


@pytest.mark.parametrize("google", [True, False])
def test_the_code_of_the_browser_is_worth_tokens(
    listener: socket.socket, provider: TokenServer, google: bool
) -> None:
    mine = asked(listener, provider, google)
    waiting = Waiting(listener, mine)
    with urlopen(provider.agree(mine.url)) as page:
        assert "C’est autorisé." in page.read().decode()
    code = waiting.end().code
    granted = consent.exchange(mine.account, code, verifier=mine.verifier, back_to=mine.back_to)
    assert granted.refresh_token in provider.refresh_tokens
    shown = parse_qs(urlsplit(mine.url).query)
    assert mine.verifier not in mine.url
    assert shown["prompt"] == ["consent"]
    assert (shown.get("access_type") == ["offline"]) is google


def test_a_code_without_its_verifier_is_worth_nothing(listener: socket.socket, provider: TokenServer) -> None:
    mine = asked(listener, provider)
    waiting = Waiting(listener, mine)
    with urlopen(provider.agree(mine.url)):
        pass
    with pytest.raises(Denied):
        consent.exchange(mine.account, waiting.end().code, verifier="x" * 64, back_to=mine.back_to)


@pytest.mark.parametrize(
    "query", ["code=theirs&state=theirs", "code=theirs", "", "state=", "error=x&state=%ff"]
)
def test_what_bears_another_state_is_turned_away_and_the_right_one_still_comes(
    listener: socket.socket, provider: TokenServer, query: str
) -> None:
    mine = asked(listener, provider)
    waiting = Waiting(listener, mine)
    with pytest.raises(HTTPError) as refused_page:
        urlopen(f"http://127.0.0.1:{mine.port}/?{query}")
    assert refused_page.value.code == 400
    refused_page.value.close()
    with urlopen(provider.agree(mine.url)):
        pass
    assert waiting.end().code.startswith("code-")


@pytest.mark.parametrize(
    "raw", [b"", b"POST / HTTP/1.1\r\n\r\n", b"\xff\xfe\r\n\r\n", b"GET " + b"a" * 20_000]
)
def test_what_is_no_browser_is_passed_over(
    listener: socket.socket, provider: TokenServer, raw: bytes
) -> None:
    mine = asked(listener, provider)
    waiting = Waiting(listener, mine)
    turned_away = contextlib.suppress(OSError)
    with socket.create_connection(("127.0.0.1", mine.port)) as odd, turned_away:
        odd.sendall(raw)
        odd.shutdown(socket.SHUT_WR)
    with urlopen(provider.agree(mine.url)):
        pass
    assert waiting.end().code


def test_a_person_who_declines_is_believed(listener: socket.socket, provider: TokenServer) -> None:
    mine = asked(listener, provider)
    waiting = Waiting(listener, mine)
    with urlopen(f"http://127.0.0.1:{mine.port}/?error=access_denied&state={mine.state}") as page:
        assert "refusée" in page.read().decode()
    assert waiting.end().error == "mail_access.declined"


def test_nobody_comes_in_time(listener: socket.socket, provider: TokenServer) -> None:
    began = time.monotonic()
    assert Waiting(listener, asked(listener, provider), seconds=0.2).end().error == "mail_access.too_late"
    assert time.monotonic() - began < 5


def test_only_this_machine_is_listened_to(listener: socket.socket) -> None:
    assert listener.getsockname()[0] == "127.0.0.1"
