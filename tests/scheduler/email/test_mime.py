"""The bytes of a mail, as the standard parser reads them: no defect, nothing lost, nothing added."""

import email.policy
import quopri
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from correspondence.addresses import bare_address
from correspondence.piece import Attachment
from receivables.addresses import BadAddress
from scheduler.email.mime import MimeMessage, Picture, build, header_address, quoted
from tests.refusals import refused
from tests.scheduler.posting import parsed

PLAIN = MimeMessage(
    sender="Comptabilité Durand <compta@durand.example>",
    to=("Léa Brun <lea@client.example>",),
    subject="Facture FAC-123",
    text="Bonjour,\n\nil reste 1 200,00 €.\n",
    html="<html><body><p>Il reste 1 200,00 €.</p></body></html>",
    date=datetime(2026, 4, 8, 12, 0, tzinfo=ZoneInfo("Europe/Paris")),
    message_id="<relance-1-0123456789abcdef@durand.example>",
)


def test_text_and_html_come_out_as_they_went_in() -> None:
    mail = parsed(build(PLAIN))
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == PLAIN.text.splitlines()
    assert html.get_content().rstrip() == PLAIN.html
    assert mail.get_content_type() == "multipart/alternative"
    assert mail["Date"].datetime == datetime(2026, 4, 8, 10, 0, tzinfo=UTC)
    assert str(mail["Date"]).endswith("+0200")


def test_the_picture_goes_with_the_html() -> None:
    png = bytes(range(256)) * 3
    mail = parsed(build(replace(PLAIN, picture=Picture("qr@relance", png))))
    assert mail.get_content_type() == "multipart/related"
    alternative, picture = mail.iter_parts()
    assert alternative.get_content_type() == "multipart/alternative"
    assert picture.get_content() == png
    assert picture["Content-ID"] == "<qr@relance>"
    assert picture.get_content_disposition() == "inline"


def test_a_long_thread_is_never_encoded() -> None:
    parents = tuple(f"<{'x' * 90}{number}@outlook.example>" for number in range(3))
    raw = build(replace(PLAIN, parents=parents))
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n ", " ")
    assert f"In-Reply-To: {parents[-1]}" in head
    assert f"References: {' '.join(parents)}" in head


@given(
    subject=st.text(max_size=120),
    name=st.text(max_size=60).filter(lambda text: "<" not in text and ">" not in text),
    text=st.text(max_size=400),
)
def test_no_text_breaks_a_message_or_adds_a_header(subject: str, name: str, text: str) -> None:
    message = replace(PLAIN, subject=subject, to=(f"{name} <lea@client.example>",), text=text, html=text)
    raw = build(message)
    head, _, _ = raw.partition(b"\r\n\r\n")
    names = [line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith(b" ")]
    fixed = {b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted"}
    assert b"OOF" not in head.partition(b"X-Auto-Response-Suppress")[2]  # absences are news to who collects
    assert set(names) == fixed | {b"X-Auto-Response-Suppress", b"MIME-Version", b"Content-Type"}
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert email.message_from_bytes(raw, policy=email.policy.default)["To"].addresses[0].addr_spec == (
        "lea@client.example"
    )


def test_a_header_cannot_be_added_by_a_customers_name() -> None:
    evil = "Garage\r\nBcc: all@client.example\r\n\r\nBonjour"
    mail = parsed(build(replace(PLAIN, subject=evil, to=(f"{evil} <lea@client.example>",))))
    assert mail["Bcc"] is None
    assert [address.addr_spec for address in mail["To"].addresses] == ["lea@client.example"]


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("Brun, Léa", "Brun, Léa"),
        ('Le "Petit" Garage', 'Le "Petit" Garage'),
        ("SARL (Nantes)", "SARL (Nantes)"),
    ],
)
def test_names_keep_their_signs(given_name: str, shown: str) -> None:
    [address] = parsed(build(replace(PLAIN, to=(f"{given_name} <lea@client.example>",))))["To"].addresses
    assert address.display_name == shown


def test_a_long_french_subject_is_read_whole() -> None:
    subject = "Rappel : facture échue depuis le 1er avril – Société des Œuvres à l’Été " * 2
    assert parsed(build(replace(PLAIN, subject=subject)))["Subject"] == subject.strip()


def test_domains_with_accents_become_punycode() -> None:
    assert (
        bare_address("compta@sociét\u00e9.fr".replace("sociét\u00e9", "société"))
        == "compta@xn--socit-esab.fr"
    )


@pytest.mark.parametrize(
    "address",
    ["rené@client.example", "sans-arobase", "@client.example", "a b@client.example", "a@", "a@-b.fr"],
)
def test_unusable_addresses_are_refused(address: str) -> None:
    with refused(BadAddress):
        header_address(address)


@given(st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=600))
def test_quoted_printable_comes_back_whole_in_short_lines(text: str) -> None:
    raw = quoted(text)
    assert quopri.decodestring(raw).replace(b"\r\n", b"\n").decode() == text
    assert all(len(line) <= 76 for line in raw.split(b"\r\n"))
    assert not any(line.endswith((b" ", b"\t")) for line in raw.split(b"\r\n"))


PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF\n"


def test_pdfs_come_out_as_they_went_in_after_text_and_picture() -> None:
    files = (Attachment("FAC-1.pdf", PDF), Attachment("vide.pdf", b""))
    raw = build(replace(PLAIN, picture=Picture("qr@relance", b"png"), attachments=files))
    assert max(map(len, raw.split(b"\r\n"))) <= 98
    mail = parsed(raw)
    assert mail.get_content_type() == "multipart/mixed"
    body, *parts = mail.iter_parts()
    assert body.get_content_type() == "multipart/related"
    assert [(part.get_filename(), part.get_content()) for part in parts] == [
        (each.name, each.data) for each in files
    ]
    assert all(part.get_content_disposition() == "attachment" for part in parts)
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == PLAIN.text.splitlines()


@given(name=st.text(min_size=1, max_size=200), data=st.binary(max_size=400))
def test_any_name_and_any_bytes_of_a_file_stay_within_their_part(name: str, data: bytes) -> None:
    mail = parsed(build(replace(PLAIN, attachments=(Attachment(f"{name}.pdf", data),))))
    [part] = mail.iter_attachments()
    assert part.get_content() == data
    assert (part.get_filename() or "").endswith("pdf")
    assert [key for key in mail if key.lower() not in KNOWN_HEADERS] == []


def test_an_accented_name_is_read_as_it_is_written() -> None:
    mail = parsed(build(replace(PLAIN, attachments=(Attachment("relevé d’août.pdf", PDF),))))
    assert [part.get_filename() for part in mail.iter_attachments()] == ["relevé d’août.pdf"]


KNOWN_HEADERS = {
    "from", "to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress",
    "mime-version", "content-type",
}  # fmt: skip
