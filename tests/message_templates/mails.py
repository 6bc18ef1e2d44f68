"""Facts that the tests of e-mails write from."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from message_templates.pieces.mail import BrokenPromiseShown, Credit, EmailContext, EmailLine
from receivables.company import Company

TODAY = date(2026, 12, 1)
PREVENTIVE = ("pre_reminder", "due_date", "invoice")
CORRECTIVE = ("soft", "firm", "strong", "consumer_firm", "public_reminder", "public_firm")
ALL = PREVENTIVE + CORRECTIVE
COMPANY = Company(
    key="durand",
    name="Atelier Durand SAS",
    siren="732829320",
    address="12 rue des Lilas, 44000 Nantes",
    iban="FR7630006000011234567890189",
    slack_channel="C0RELANCES",
    email_from="Comptabilité Durand <compta@durand.example>",
    reply_to="compta@durand.example",
)


def line(rank: int = 1, late: int = 12, currency: str = "EUR", **changes: Any) -> EmailLine:
    """Return an item of 1 234,50 plus its rank, `late` days late."""
    due = TODAY - timedelta(days=late)
    values = {
        "number": f"FAC-{rank:04d}",
        "issue_date": due - timedelta(days=30),
        "due_date": due,
        "days_late": late,
        "outstanding": Decimal("1234.50") + rank,
        "currency": currency,
    }
    return EmailLine(**(values | changes))


def about(*lines: EmailLine, **changes: Any) -> EmailContext:
    """Return what a mail is about: one late item of a business customer unless said."""
    values = {
        "company": COMPANY,
        "customer": "Garage Martin",
        "today": TODAY,
        "lines": lines or (line(),),
        "contact": "Claire Martin",
        "owner": "Sophie Durand",
        "kind": "business",
    }
    return EmailContext(**(values | changes))


def usual(template: str, count: int = 1, **changes: Any) -> EmailContext:
    """Return the usual situation of a template: late items, or items to come for preventive ones."""
    late = -3 if template in PREVENTIVE else 12
    kind = {"p": "public", "c": "consumer"}.get(template[0], "business")
    kind = "business" if template == "pre_reminder" else kind
    lines = [line(number, late - number if late < 0 else late + number) for number in range(1, count + 1)]
    return about(*lines, **({"kind": kind} | changes))


PARTIAL = line(1, 12, amount=Decimal("5000.00"))
SITUATIONS: dict[str, dict[str, Any]] = {
    "one": {"lines": (line(),)},
    "three": {"lines": (line(1), line(2, 1), line(3, 40))},
    "currencies": {"lines": (line(1), line(2, 3, "CHF"), line(3, 8, "USD"))},
    "to_come_apart": {"lines": (line(1), line(2, -4), line(3, 0, "CHF"))},
    "part_paid": {"lines": (PARTIAL,)},
    "credits": {"credits": (Credit(Decimal(120), number="AV-12", day=TODAY), Credit(Decimal("50.25")))},
    "promise": {"broken": (BrokenPromiseShown("FAC-0001", TODAY - timedelta(days=5), Decimal(500)),)},
    "promises": {
        "broken": (
            BrokenPromiseShown("FAC-0001", TODAY, Decimal(500)),
            BrokenPromiseShown("FAC-0002", TODAY, partly=True),
        )
    },
    "nobody_named": {"contact": None, "owner": None},
    "no_iban": {"company": Company(key="a", name="Atelier", slack_channel="C", email_from="a@a.example")},
    "link": {"lines": (line(1, payment_link="https://pay.example/1"),)},
    "links": {
        "lines": (
            line(1, payment_link="https://pay.example/1"),
            line(2, payment_link="https://pay.example/2"),
        )
    },
    "sandbox": {"sandbox_for": "compta@martin.example"},
    "no_issue_date": {"lines": (line(1, issue_date=None),)},
    "thirty": {"lines": tuple(line(number, number) for number in range(1, 31))},
    "only_to_come": {"lines": (line(1, -2), line(2, 0))},
}
