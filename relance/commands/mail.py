"""`relance mail`: the consent that opens the mail servers without a password."""

import socket
import sys
from typing import Annotated

import typer

from receivables.codes.mail_access import Grant, Provider, Way
from receivables.errors import RelanceError
from relance.commands.common import CompanyKey, Place, place
from relance.terminal import help_of, print_sentence, refusal, sentence, warn
from relance.wiring import MailTokens, mail, mail_tokens
from scheduler import tls
from scheduler.inbox.imap import TROUBLE, address_of, opened
from scheduler.mail_access import consent, loopback
from scheduler.mail_access.account import MailAccount
from scheduler.mail_access.consent import NoConsent
from scheduler.mail_access.grants import Denied, GivenTokens
from scheduler.mail_access.loopback import Loopback
from scheduler.mail_access.tokens import Tokens, no_access
from store.mail_access import rows

BROWSER_SECONDS = 900.0

app = typer.Typer(no_args_is_help=True, help=help_of("mail.app"))


@app.callback()
def _mail() -> None:
    """Have `authorize` be a word of its own."""


@app.command(help=help_of("mail.authorize"))
def authorize(
    browser: Annotated[bool, typer.Option("--browser", help=help_of("mail.browser"))] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help=help_of("mail.port"))] = 0,
    company: CompanyKey = None,
) -> None:
    """Have a person agree where that is needed, keep the consent, and try each mail server."""
    with place(company) as here:
        tokens = mail_tokens(here.settings, here.database)
        if not tokens:
            raise NoConsent("mail_access.nothing")
        for one in {each.account.name: each for each in tokens.values()}.values():
            _authorize(one, browser=browser, port=port)
        names = [each.account.name for each in tokens.values()]
        rows.forget_others(here.database, [*names, *(one.account.door(one.way) for one in tokens.values())])
        if not _try_out(here, tokens):
            raise typer.Exit(1)
        print_sentence("cli.mail.next")


def _authorize(one: Tokens, *, browser: bool, port: int) -> None:
    """Have a person agree, or say why nobody has to."""
    account = one.account
    ways = [way.upper() for way in account.ways]
    print_sentence("cli.mail.account", ways=ways, user=account.user, provider=account.provider.capitalize())
    if account.grant is not Grant.CONSENT:
        print_sentence("cli.mail.by_itself", service=account.grant is Grant.SERVICE_ACCOUNT)
        return
    by_code = account.provider is Provider.MICROSOFT and not browser
    try:
        granted = _by_code(account) if by_code else _by_browser(account, port)
    except Denied as denied:
        raise no_access(denied.trouble, one.way, denied.words) from None
    one.keep(granted)
    print_sentence("cli.mail.kept")


def _by_code(account: MailAccount) -> GivenTokens:
    code = consent.ask_for_code(account)
    print_sentence(
        "cli.mail.device",
        where=code.where,
        code=code.user_code,
        user=account.user,
        minutes=round(code.seconds / 60),
    )
    sys.stdout.flush()
    return consent.wait_for_code(account, code)


def _by_browser(account: MailAccount, port: int) -> GivenTokens:
    with _listening(port) as server:
        asked = Loopback(account, server.getsockname()[1])
        print_sentence(
            "cli.mail.browser",
            url=asked.url,
            user=account.user,
            port=asked.port,
            minutes=round(BROWSER_SECONDS / 60),
        )
        sys.stdout.flush()
        code = loopback.wait_for_browser(server, asked, seconds=BROWSER_SECONDS)
    return consent.exchange(account, code, verifier=asked.verifier, back_to=asked.back_to)


def _listening(port: int) -> socket.socket:
    try:
        return loopback.listen(port)
    except OSError as error:
        raise NoConsent("mail_access.port", port=port) from error


def _try_out(here: Place, tokens: MailTokens) -> bool:
    """Let ourselves in at each mail server once; whether each has let us in."""
    found = [_tried(here, tokens, way) for way in tokens]
    for way, error in zip(tokens, found, strict=True):
        if error:
            warn(sentence("cli.mail.not_yet", error=error))
        else:
            print_sentence("cli.mail.well", way=way.upper())
    return not any(found)


def _tried(here: Place, tokens: MailTokens, way: Way) -> str:
    """Return why a mail server does not let us in, "" when it does."""
    account = tokens[way].account
    for name in (account.name, account.door(way)):
        rows.look_again(here.database, name)  # whatever was said before, it is asked now
    if way is Way.SMTP:
        transport = mail(here.settings, tokens)
        down = transport.ready()
        transport.close()
        return (down.error if down.kind else _unreached(way, down.error)) if down else ""
    try:
        with opened(address_of(here.settings.imap_url.get_secret_value(), tokens[way])):
            return ""
    except RelanceError as error:
        return refusal(error)
    except TROUBLE as error:
        refused = tls.not_believed(error, way)
        return refusal(refused) if refused else _unreached(way, type(error).__name__)


def _unreached(way: Way, kind: str) -> str:
    return sentence("cli.mail.unreached", way=way.upper(), kind=kind)
