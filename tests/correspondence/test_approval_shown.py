"""What a second person approves is the mail that leaves: its words, its people, what goes with it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from correspondence.shown import of_approval, shown_mail
from receivables.codes.messages import KeptBack
from receivables.company import Company, Mode
from receivables.policy import Policy, parse_policy
from scheduler.plan import make_plan
from store.approvals import giving
from store.books import Books
from store.db.tables import Approval, Reminder
from tests import builders
from tests.correspondence.world import PDF


def one_step(template: str, attach: str) -> Policy:
    step = {"key": template, "day": 3, "channel": "email", "template": template, "attach": attach}
    return parse_policy(template, {"step": [step]})


POLICIES = {
    "soft": one_step("soft", "invoice"),
    "firm": one_step("firm", "statement"),
    "strong": one_step("strong", "invoice"),
}
MORNING = datetime(2026, 4, 8, 6, tzinfo=UTC)


@pytest.fixture
def company(company: Company, tmp_path: Path) -> Company:
    """A company whose every message takes a second person, and carries something."""
    (tmp_path / "f1.pdf").write_bytes(PDF)
    return replace(
        company,
        policies=POLICIES,
        policy="soft",
        invoices_folder=str(tmp_path),
        approval_above=Decimal(1),
        mode=Mode.LIVE,
    )


def asked(books: Books, policy: str) -> Approval:
    customer = builders.customer(books, kind="business", siren="552100554", policy=policy)
    builders.invoice(books, customer, "FAC-1", due=date(2026, 4, 2), pdf_path="f1.pdf")
    make_plan(books, at=MORNING)
    return books.session.query(Approval).one()


@pytest.mark.parametrize(("policy", "piece"), [("soft", "FAC-1"), ("firm", "releve-"), ("strong", "FAC-1")])
def test_the_mail_that_leaves_is_the_one_that_was_approved(books: Books, policy: str, piece: str) -> None:
    approval = asked(books, policy)
    approved = of_approval(books, approval.id, now=MORNING).mail
    giving.approve(books, approval.id, by=builders.PAUL, at=MORNING)
    leaving = shown_mail(books, books.session.query(Reminder).one().id, now=MORNING).mail
    assert approved is not None
    assert leaving is not None
    assert approved.attached[0].startswith(piece)
    assert (approved.subject, approved.text, approved.to) == (leaving.subject, leaving.text, leaving.to)
    assert approved.attached == leaving.attached


def test_what_it_says_of_lateness_is_read_for_it_too(books: Books) -> None:
    approved = of_approval(books, asked(books, "strong").id, now=MORNING).mail
    assert approved is not None
    assert "40,00" in approved.text


def test_in_draft_it_is_shown_as_not_leaving(books: Books) -> None:
    approval = asked(books, "soft")
    draft = replace(books, company=replace(books.company, mode=Mode.DRAFT))
    withheld = of_approval(draft, approval.id, now=MORNING).withheld
    assert withheld is not None
    assert withheld.reasons == (KeptBack.DRAFT,)


ISSUE = parse_policy(
    "issue",
    {"step": [{"key": "envoi", "day": "issue+0", "channel": "email", "template": "invoice", "approval": "ask",
               "attach": "invoice"}]},
)  # fmt: skip


@pytest.mark.parametrize("gone", ["f1.pdf", "f2.pdf"])
def test_on_a_missing_pdf_the_preview_says_that_nothing_leaves(
    books: Books, company: Company, tmp_path: Path, gone: str
) -> None:
    (tmp_path / "f2.pdf").write_bytes(PDF)
    b = replace(books, company=replace(company, policies={"issue": ISSUE}, policy="issue"))
    customer = builders.customer(b, kind="business", siren="552100554", policy="issue")
    for number, pdf in (("FAC-1", "f1.pdf"), ("FAC-2", "f2.pdf")):
        builders.invoice(
            b,
            customer,
            number,
            due=date(2026, 5, 8),
            issued=date(2026, 4, 8),
            learnt_at=MORNING,
            pdf_path=pdf,
        )
    make_plan(b, at=MORNING)
    approval = b.session.query(Approval).one()
    whole = of_approval(b, approval.id, now=MORNING).mail
    assert whole is not None
    assert len(whole.attached) == 2
    (tmp_path / gone).unlink()
    left = of_approval(b, approval.id, now=MORNING)
    assert left.mail is None or gone not in str(left.mail.attached)
    for path in tmp_path.glob("*.pdf"):
        path.unlink()
    nothing = of_approval(b, approval.id, now=MORNING)
    assert nothing.mail is None
    assert nothing.withheld is not None
    assert [str(reason) for reason in nothing.withheld.reasons] == ["missing_pdf"]
