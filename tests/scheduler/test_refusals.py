"""What servers say when they refuse, and whom it blames."""

import pytest

from scheduler.inbox.bounces import PERMANENT, in_words
from scheduler.refusals import READ, Blame, blame, codes_of, gist

DEAD = [
    "550 5.1.1 <a@client.example>: Recipient address rejected: User unknown in relay recipient table",
    "550-5.1.1 The email account that you tried to reach does not exist. Please try\n5.1.1 again",
    "550 #5.1.0 Address rejected.",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "556 5.1.10 Recipient address has null MX",
    "550 5.1.2 unknown domain",
    "550 User unknown",
    "550 no such user",
    "550 <blocklist@client.example>: user unknown",
    "550 Unknown recipient",
    "550 Invalid recipient",
    "550 Requested action not taken: mailbox unavailable",
    "551 User not local",
    "554 delivery error: dd This user doesn't have a yahoo.fr account (a@yahoo.fr)",
    "550 Recipient not found",
    "550 mailbox does not exist",
    "550 Utilisateur inconnu",
    "550 L'adresse a@client.example n'existe pas",
    "550 5.0.0 User unknown",
]
OURS = [
    "550 5.7.1 Service unavailable; client host [5.1.1.20] blocked using zen.spamhaus.org",
    "550 client 5.1.1.2 is on our blocklist",
    "550 5.4.5 Daily user sending quota exceeded",
    "554 5.7.1 <a@client.example>: Relay access denied",
    "554 Relay access denied",
    "550 5.7.26 This mail is unauthenticated",
    "550 5.3.4 message too big for system",
    "550 5.3.2 system not accepting network messages",
    "503 5.5.1 Error: need MAIL command",
    "501 5.5.4 Syntax: invalid user name",
    "550 5.1.8 <us@durand.example>: Sender address rejected: Domain not found",
    "550 5.1.7 bad sender's address",
    "550 Sender verify failed: sender address unknown",
    "550 5.2.1 mailbox disabled",
    "552 5.2.2 mailbox full",
    "550 mailbox full",
    "550 User unknown or blocked by policy",
    "550",
    "550 rejected",
    "554 Transaction failed",
    "500 unknown user command",
    "535 account not found",
    "550 5.0.0 rejected",
    "550 4.7.1 try later, unknown user limit",
]


@pytest.mark.parametrize("words", DEAD)
def test_a_refusal_of_the_mailbox_blames_the_address(words: str) -> None:
    assert blame(words) is Blame.ADDRESS


@pytest.mark.parametrize("words", OURS)
def test_policy_systems_routes_and_protocol_are_ours(words: str) -> None:
    assert blame(words) is Blame.OURS


@pytest.mark.parametrize(
    ("status", "words", "expected"),
    [
        ("5.1.1", "smtp; 550 blocked", Blame.ADDRESS),
        ("5.7.1", "smtp; 550 5.1.1 user unknown", Blame.OURS),
        ("5.0.0", "smtp; 550 5.1.1 user unknown", Blame.ADDRESS),
        ("5.0.0", "smtp; 550 user unknown", Blame.ADDRESS),
        ("5.0.0", "smtp; 550 relaying denied", Blame.OURS),
        ("5.4.7", "smtp; 550 delivery time expired", Blame.OURS),
        ("5.2.2", "smtp; 552 mailbox full", Blame.OURS),
    ],
)
def test_the_status_of_a_report_comes_before_its_words(status: str, words: str, expected: Blame) -> None:
    assert blame(words, status) is expected


def test_a_report_without_form_is_read_from_its_code_on() -> None:
    text = f"{'blocked spam policy ' * 500}\n<a@client.example>: 550 No such user"
    [refusal] = in_words(text, ["a@client.example"], sure=False)
    assert refusal.kind == PERMANENT


@pytest.mark.parametrize("piece", ["a", "a@", "<", "1", "user ", "5.1.", "550 ", "no such "])
def test_what_is_read_of_endless_words_is_bounded(piece: str) -> None:
    endless = piece * (200_000 // len(piece))
    assert blame(endless) is blame(endless[:READ])
    assert gist(endless) == gist(endless[:READ])


def test_the_same_refusal_is_known_whoever_it_names() -> None:
    assert gist("550 5.7.1 <a@x.example> no") == gist("550 5.7.1 <b@y.example> not at all")
    assert gist("554 <a@x.example>: relay denied id=8731ab") == gist("554 <bb@y.example>: relay denied id=1")
    assert gist("554 relay denied") != gist("554 blocked")
    assert gist("550 5.7.1 no") != gist("550 5.4.5 no")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("550 5.1.1 Claire Martin unknown here", "550 5.1.1"),
        ("421 Claire Martin, come back later", "421"),
        ("ConnectionRefusedError [Errno 111]", "ConnectionRefusedError [Errno 111]"),
    ],
)
def test_a_log_says_the_codes_of_a_server_and_not_its_words(words: str, told: str) -> None:
    assert codes_of(words) == told
