"""A provider of tokens on loopback that insists: on who asks, with what, for what, and where."""

import base64
import contextlib
import hashlib
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

TENANT, CLIENT, SECRET = "durand.example", "client-id", "client~secret/of+the=app"
USER = "relances@durand.example"
EXCHANGE = "https://outlook.office365.com/"
KEY = generate_private_key(65537, 2048)
SERVICE_EMAIL = "relance@durand.iam.example"
SERVICE_ACCOUNT = {
    "type": "service_account",
    "client_email": SERVICE_EMAIL,
    "private_key": KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    "token_uri": "https://elsewhere.example/token",
}
PERMISSIONS = {f"{EXCHANGE}SMTP.Send", f"{EXCHANGE}IMAP.AccessAsUser.All", "offline_access"}


class Refusal(Exception):
    """What the provider answers with 400."""

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(error)
        self.told = {"error": error, "error_description": description}


@dataclass
class TokenServer:
    """The provider, for one application and one mailbox."""

    url: str = ""
    secret: str = SECRET
    """What the application has to show; "": it is a public one, and shows none."""
    permissions: set[str] = field(default_factory=lambda: set(PERMISSIONS))
    delegated: bool = True
    """Whether the service account may act for the mailbox."""
    key: RSAPublicKey = field(default_factory=KEY.public_key)
    now: Callable[[], float] = time.time
    expires_in: int = 3600
    refresh_ends: int | None = None
    rotates: bool = True
    fault: str = ""
    """What is wrong: "503", "hang", "redirect", "page", "silent"; else the code that it refuses by."""
    asked: list[dict[str, str]] = field(default_factory=list)
    refresh_tokens: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    thefts: int = 0
    """How often a refresh token came that another had taken the place of: as one who stole it would."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    """Authorization codes that a person was given, with what the browser asked."""
    device: dict[str, str] = field(default_factory=dict)
    """State of the device codes: pending, slow_down, agreed, declined, expired."""
    _access: dict[str, tuple[float, str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    released: threading.Event = field(default_factory=threading.Event)

    # --- what a person and the mail servers do ---

    def consent(self) -> str:
        """Give a refresh token, as after a consent."""
        token = f"refresh-{secrets.token_hex(12)}"
        self.refresh_tokens.add(token)
        return token

    def withdraw(self) -> None:
        """Withdraw every consent, with the tokens that came of it."""
        self.refresh_tokens.clear()
        self._access.clear()

    def end_access(self) -> None:
        """End every access token now, whatever was said of its life."""
        self._access.clear()

    def agree(self, url: str) -> str:
        """Be the person in the browser who agrees; return where the browser goes back to."""
        asked = {key: value[0] for key, value in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert asked["redirect_uri"].startswith(("http://127.0.0.1:", "http://localhost:"))
        code = f"code-{secrets.token_hex(8)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}/?code={code}&state={asked['state']}"

    def opens(self, user: str, token: str, scope: str) -> bool:
        """Whether a token opens a mailbox now, for whoever needs `scope`."""
        until, scopes = self._access.get(token, (0.0, ""))
        every = ("https://mail.google.com/", f"{EXCHANGE}.default")
        return user == USER and self.now() < until and any(each in scopes.split() for each in (scope, *every))

    # --- what it answers ---

    def answer(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        """Answer a form. Raises Refusal."""
        with self._lock:
            self.asked.append(form)
            if self.fault:
                raise Refusal(self.fault)
            if path.endswith("/devicecode"):
                return self._give_device_code(form)
            grant = form.get("grant_type", "")
            if path == f"/{TENANT}/oauth2/v2.0/token":
                return self._microsoft(grant, form)
            if path == "/token":
                return self._google(grant, form)
            raise Refusal("invalid_request", "AADSTS90002: no such tenant")

    def _microsoft(self, grant: str, form: dict[str, str]) -> dict[str, Any]:
        if grant == "client_credentials":
            self._check_client(form)
            if form["scope"] != f"{EXCHANGE}.default":
                raise Refusal("invalid_scope", "AADSTS70011: the scope is not valid")
            return self._give(form["scope"])
        if grant == "urn:ietf:params:oauth:grant-type:device_code":
            return self._by_device_code(form)
        return self._by_person(grant, form, " ".join(sorted(self.permissions - {"offline_access"})))

    def _google(self, grant: str, form: dict[str, str]) -> dict[str, Any]:
        if grant == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return self._by_assertion(form["assertion"])
        return self._by_person(grant, form, "https://mail.google.com/")

    def _by_person(self, grant: str, form: dict[str, str], allowed: str) -> dict[str, Any]:
        self._check_client(form)
        if grant == "authorization_code":
            asked = self.codes.pop(form["code"], None)
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if (
                not asked
                or asked["code_challenge"] != challenge
                or asked["redirect_uri"] != form["redirect_uri"]
            ):
                raise Refusal("invalid_grant", "AADSTS501481: the code verifier does not match")
            return {**self._give(asked["scope"]), **self._with_refresh_token()}
        if grant != "refresh_token":
            raise Refusal("unsupported_grant_type", "AADSTS70003")
        token = form["refresh_token"]
        if token not in self.refresh_tokens:
            if token in self.used:
                self.thefts += 1
            again = "AADSTS70000: it was used before" if token in self.used else "AADSTS50173: it has expired"
            raise Refusal("invalid_grant", f"{again} {token}")
        wanted = set(form["scope"].split()) - {"offline_access"}
        if not wanted <= set(allowed.split()):
            raise Refusal("invalid_grant", "AADSTS65001: the user has not consented")
        if not self.rotates:
            return self._give(form["scope"])
        self.refresh_tokens.discard(token)
        self.used.add(token)
        return {**self._give(form["scope"]), **self._with_refresh_token()}

    def _check_client(self, form: Mapping[str, str]) -> None:
        if form.get("client_id") != CLIENT:
            raise Refusal("unauthorized_client", "AADSTS700016: no such application")
        if form.get("client_secret", "") != self.secret:
            raise Refusal("invalid_client", f"AADSTS7000215: wrong secret {form.get('client_secret')}")

    def _with_refresh_token(self) -> dict[str, Any]:
        ends = {"refresh_token_expires_in": self.refresh_ends} if self.refresh_ends else {}
        return {"refresh_token": self.consent(), **ends}

    def _give(self, scope: str) -> dict[str, Any]:
        token = f"access-{secrets.token_hex(20)}"
        self._access[token] = (self.now() + self.expires_in, scope)
        return {"token_type": "Bearer", "access_token": token, "expires_in": self.expires_in, "scope": scope}

    def _by_assertion(self, assertion: str) -> dict[str, Any]:
        head, body, mark = assertion.split(".")
        claims = json.loads(_unpadded(body))
        try:
            self.key.verify(_unpadded(mark), f"{head}.{body}".encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            raise Refusal("invalid_grant", "Invalid JWT Signature.") from None
        assert json.loads(_unpadded(head)) == {"alg": "RS256", "typ": "JWT"}
        assert claims["iss"] == SERVICE_EMAIL
        assert claims["aud"] == f"{self.url}/token"
        assert claims["exp"] - claims["iat"] == 3600
        assert abs(claims["iat"] - self.now()) < 60
        if not self.delegated or claims["sub"] != USER or claims["scope"] != "https://mail.google.com/":
            raise Refusal("unauthorized_client", "Client is unauthorized for the scope requested.")
        return self._give(claims["scope"])

    def _give_device_code(self, form: dict[str, str]) -> dict[str, Any]:
        if form["client_id"] != CLIENT:
            raise Refusal("unauthorized_client", "AADSTS700016")
        code = f"device-{secrets.token_hex(8)}"
        self.device[code] = "pending"
        where = "https://microsoft.example/devicelogin"
        return {
            "device_code": code,
            "user_code": "KD7P-4QXM",
            "verification_uri": where,
            "expires_in": 900,
            "interval": 0.01,
        }

    def _by_device_code(self, form: dict[str, str]) -> dict[str, Any]:
        self._check_client(form)
        match self.device[form["device_code"]]:
            case "agreed":
                return {**self._give(" ".join(self.permissions)), **self._with_refresh_token()}
            case "declined":
                raise Refusal("authorization_declined")
            case "expired":
                raise Refusal("expired_token")
            case "slow_down":
                raise Refusal("slow_down")
        raise Refusal("authorization_pending")


def _unpadded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


class _Handler(BaseHTTPRequestHandler):
    server: "_Http"

    def do_POST(self) -> None:
        provider = self.server.provider
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {key: value[0] for key, value in parse_qs(body, keep_blank_values=True).items()}
        if provider.fault in {"hang", "silent"}:
            provider.released.wait(20)
            self.close_connection = True
            return
        if provider.fault == "redirect":
            self.send_response(302)
            self.send_header("Location", f"{provider.url}/elsewhere")
            self.end_headers()
            return
        if provider.fault == "503":
            self._send(503, b"<html>Service Unavailable</html>")
            return
        if provider.fault == "page":
            self._send(200, b"<html>Sign in to the hotel's network</html>")
            return
        try:
            self._send(200, json.dumps(provider.answer(self.path, form)).encode())
        except Refusal as refusal:
            self._send(400, json.dumps(refusal.told).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class _Http(ThreadingHTTPServer):
    provider: TokenServer
    daemon_threads = True


@contextlib.contextmanager
def token_server(context: ssl.SSLContext | None = None, **facts: Any) -> Iterator[TokenServer]:
    """Run the provider on whatever port is free, by TLS when a context is given."""
    provider = TokenServer(**facts)
    with _Http(("127.0.0.1", 0), _Handler) as server:
        server.provider = provider
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        provider.url = f"{'https' if context else 'http'}://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="tokens")
        thread.start()
        try:
            yield provider
        finally:
            provider.released.set()
            server.shutdown()
            thread.join()
