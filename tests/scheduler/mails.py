"""Mails that customers and mail systems send back, built from the mail that was really sent."""

import email.utils
from datetime import datetime
from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

CUSTOMER = "compta@client.example"


def reply(
    to: EmailMessage | None,
    text: str,
    *,
    at: datetime,
    sender: str = f"Mme Roux <{CUSTOMER}>",
    threaded: bool = True,
    quoting: bool = True,
    **headers: str,
) -> bytes:
    """Return what somebody answers to a mail, as a mail program writes it."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = headers.pop("To", "compta@durand.example")
    mail["Subject"] = headers.pop("Subject", f"Re: {to['Subject']}" if to is not None else "Facture")
    mail["Date"] = email.utils.format_datetime(at)
    mail["Message-ID"] = headers.pop("Message_ID", email.utils.make_msgid(domain="client.example"))
    if to is not None and threaded:
        mail["In-Reply-To"] = to["Message-ID"]
        mail["References"] = to["Message-ID"]
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(f"{text}\n{_history(to) if to is not None and quoting else ''}")
    return bytes(mail)


def _history(to: EmailMessage) -> str:
    body = to.get_body(("plain",))
    assert body is not None
    quoted = "\n".join(f"> {line}" for line in body.get_content().splitlines())
    who = "Comptabilité Durand <compta@durand.example>"
    return f"\nLe lun. 23 nov. 2026 à 10:00, {who} a écrit :\n{quoted}\n"


def delivery_report(
    returned: EmailMessage,
    *,
    at: datetime,
    address: str = CUSTOMER,
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "smtp; 550 5.1.1 User unknown",
    to: str = "compta@durand.example",
    with_headers: bool = True,
) -> bytes:
    """Return a report of delivery in the form of RFC 3464."""
    report = MIMEMultipart("report")
    report.set_param("report-type", "delivery-status")
    report["From"] = "Mail Delivery System <mailer-daemon@client.example>"
    report["To"] = to
    report["Return-Path"] = "<>"
    report["Auto-Submitted"] = "auto-replied"
    report["Subject"] = "Livraison réussie"
    report["Date"] = email.utils.format_datetime(at)
    report["Message-ID"] = email.utils.make_msgid(domain="client.example")
    report.attach(MIMEText("Your message could not be delivered.", "plain", "utf-8"))
    report.attach(_status(address, action, status, words))
    if with_headers:
        head = Message()
        for name in ("Message-ID", "From", "To", "Subject"):
            head[name] = str(returned[name])
        report.attach(MIMEMessage(head))
    return report.as_bytes()


def _status(address: str, action: str, status: str, words: str) -> Message:
    whole, one = Message(), Message()
    whole["Reporting-MTA"] = "dns; mx.client.example"
    one["Final-Recipient"] = f"rfc822; {address}"
    one["Action"] = action
    one["Status"] = status
    one["Diagnostic-Code"] = words
    part = Message()
    part["Content-Type"] = "message/delivery-status"
    part.set_payload([whole, one])
    return part
