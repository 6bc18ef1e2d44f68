"""A customer's file as one zip: every paper of the case, told in French, with its fingerprint."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from correspondence.case_file import pages as pages_of
from correspondence.case_file.pages import Cell, Pages
from correspondence.case_file.words import CaseFileWords
from correspondence.case_file.zip import Paper, pack
from correspondence.copies import differ, told
from receivables.codes.messages import MessageState
from receivables.file_names import Names, safe
from store.books import Books
from store.dossier.facts import Dossier, read_dossier
from store.dossier.papers import MOST, MailPaper
from store.reminders import copies


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made: its bytes, their SHA-256, its name, and what it holds."""

    customer_id: int
    customer: str
    invoice_ids: tuple[int, ...]
    name: str
    data: bytes
    papers: int

    @property
    def sha256(self) -> str:
        """The fingerprint of the whole zip."""
        return hashlib.sha256(self.data).hexdigest()


def make(b: Books, customer_id: int, *, invoice_ids: Sequence[int] = (), at: datetime) -> Made:
    """Return the file of a customer as the books stand at the aware instant `at`.

    `invoice_ids` keeps it to some invoices. The same books at the same instant give the same bytes.
    """
    found = read_dossier(b, customer_id, invoice_ids=invoice_ids, at=at)
    words = CaseFileWords(b.company)
    papers = _papers(words, found)
    local = at.astimezone(b.company.zone)
    return Made(
        customer_id=customer_id,
        customer=found.customer.name,
        invoice_ids=tuple(each.facts.id for each in found.invoices if each.facts.outstanding > 0),
        name=f"dossier-{safe(found.customer.name)}-{local:%Y-%m-%d}.zip",
        data=pack(papers, at=local),
        papers=len(papers),
    )


def _papers(words: CaseFileWords, found: Dossier) -> list[Paper]:
    pages, names = Pages(words, found), Names()
    sheets = {each.facts.id: names.give("factures", each.facts.number, "html") for each in found.invoices}
    papers = [*_invoices(pages, sheets, names), *_penalties(pages)]
    papers += [*_mails(pages, names), *_letters(pages, names), *_replies(pages, names), *_acts(pages)]
    index = pages.index(papers, sheets, list(_left_out(words, found)))
    return [Paper("index.html", "index", words.tell("dossier.index"), index), *papers]


def _invoices(pages: Pages, sheets: dict[int, str], names: Names) -> Iterator[Paper]:
    for each in pages.found.invoices:
        facts, pdf = each.facts, ""
        if each.pdf is not None:
            path = names.give("factures", facts.number, "pdf")
            pdf = path.partition("/")[2]
            told = {"amount": facts.amount, "currency": facts.currency, "due": facts.due_date}
            about = pages.words.tell("dossier.invoice", number=facts.number, **told)
            yield Paper(path, "invoice", about, each.pdf)
        about = pages.words.tell("dossier.sheet", number=facts.number)
        yield Paper(sheets[facts.id], "invoice_sheet", about, pages.invoice(each, pdf))


def _penalties(pages: Pages) -> Iterator[Paper]:
    yield Paper("penalites.html", "penalties", pages.words.tell("dossier.penalties"), pages.penalties())
    yield Paper(
        "penalites.json", "penalties", pages.words.tell("dossier.penalties_json"), pages.penalties_json()
    )


def _mails(pages: Pages, names: Names) -> Iterator[Paper]:
    rows: list[Sequence[str | Cell]] = []
    for mail in pages.found.mails:
        path = names.give("e-mails", f"{mail.day.isoformat()}-{mail.step}-{mail.id}", mail.kept)
        yield Paper(path, "mail", _about_mail(pages.words, mail), mail.raw)
        file = path.partition("/")[2]
        sent, step, to = pages.words.at(mail.sent_at), pages.words.step(mail.step), copies.to(mail.copies)
        answer = mail.server_answer or pages.words.tell(f"dossier.mail_state.{mail.state}")
        if differ(mail.copies):
            answer = "\n".join(told(pages.words.company, mail.copies, slack=False))
        row = (sent, step, ", ".join(to), ", ".join(mail.numbers), mail.message_id, answer)
        rows.append((*row, Cell(file, file)))
    columns = ("sent", "step", "to", "invoices", "message_id", "answer", "file")
    yield Paper(
        "e-mails/liste.html", "mails", pages.words.tell("dossier.mails"), pages.table("mails", columns, rows)
    )


def _about_mail(words: CaseFileWords, mail: MailPaper) -> str:
    sent = mail.sent_at if mail.state != MessageState.UNCERTAIN else None
    answer = mail.server_answer
    if differ(mail.copies):
        answer = " · ".join(told(words.company, mail.copies, slack=False))
    return words.tell(
        "dossier.mail",
        step=words.step(mail.step),
        sent=words.company.day_of(sent) if sent else None,
        hour=words.hour(sent) if sent else "",
        message_id=mail.message_id,
        answer=answer if sent else "",
    )


def _letters(pages: Pages, names: Names) -> Iterator[Paper]:
    rows: list[Sequence[str | Cell]] = []
    for each in pages.found.letters:
        path = names.give("courriers", f"{each.day.isoformat()}-{each.step}-{each.id}", "pdf")
        facts = {"day": each.day, "deposited": each.deposited_on, "tracking": each.tracking}
        step, file = pages.words.step(each.step), path.partition("/")[2]
        yield Paper(path, "letter", pages.words.tell("dossier.letter", step=step, **facts), each.pdf)
        deposited = pages.words.write.day(each.deposited_on) if each.deposited_on else ""
        state = pages.words.tell(f"dossier.letter_state.{each.state}")
        rows.append(
            (
                pages.words.write.day(each.day),
                step,
                state,
                deposited,
                each.tracking,
                each.sha256,
                Cell(file, file),
            )
        )
    columns = ("day", "step", "state", "deposited", "tracking", "sha256", "file")
    table = pages.table("letters", columns, rows)
    yield Paper("courriers/liste.html", "letters", pages.words.tell("dossier.letters"), table)


def _replies(pages: Pages, names: Names) -> Iterator[Paper]:
    rows: list[Sequence[str | Cell]] = []
    for each in pages.found.replies:
        on = pages.words.company.day_of(each.received_at)
        ending, data = ("eml", each.raw) if each.raw else ("txt", each.text.encode())
        path = names.give("reponses", f"{on.isoformat()}-{each.id}", ending)
        sender = each.sender_name or each.sender
        yield Paper(path, "reply", pages.words.tell("dossier.reply", sender=sender, on=on), data)
        file = path.partition("/")[2]
        handled = pages.words.tell(f"dossier.handled.{each.handled_how}") if each.handled_how else ""
        row = (pages.words.at(each.received_at), f"{each.sender_name} {each.sender}".strip(), each.subject)
        rows.append((*row, each.text, handled, Cell(file, file)))
    columns = ("received", "sender", "subject", "text", "handled", "file")
    table = pages.table("replies", columns, rows)
    yield Paper("reponses/liste.html", "replies", pages.words.tell("dossier.replies"), table)


def _acts(pages: Pages) -> Iterator[Paper]:
    yield Paper("appels.html", "calls", pages.words.tell("dossier.calls"), pages_of.calls(pages))
    yield Paper("promesses.html", "promises", pages.words.tell("dossier.promises"), pages_of.promises(pages))
    yield Paper("litiges.html", "disputes", pages.words.tell("dossier.disputes"), pages_of.disputes(pages))
    yield Paper("historique.html", "journal", pages.words.tell("dossier.journal"), pages_of.journal(pages))


def _left_out(words: CaseFileWords, found: Dossier) -> Iterator[str]:
    """Yield what could not be put in, so that nobody believes it never was."""
    for each in found.invoices:
        if each.pdf_missing:
            yield words.tell("dossier.pdf_missing", number=each.facts.number)
    if max(len(found.mails), len(found.letters), len(found.replies)) >= MOST:
        yield words.tell("dossier.too_many", count=MOST)
