"""The papers of a file as records: invoices and credit notes of the company, and their customers."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from receivables.addresses import LONGEST, BadAddress, judge
from receivables.calendar.terms import MonthEnd, PaymentTerm, due_date, read_terms
from receivables.codes.addresses import AddressFault
from receivables.codes.roles import ContactRole
from receivables.company import Company
from receivables.errors import RelanceError
from receivables.money import CENT
from receivables.text import fold
from store.imports.einvoices import codes
from store.imports.einvoices.apart import EDocuments, Unread
from store.imports.einvoices.facts import EDocument, EInvoice, TradeParty
from store.imports.einvoices.whose import Whose, other_iban, siren_of, whose
from store.imports.pdfs import PdfFolder
from store.imports.questions import LATEST, NO, WAIT, YES, ImportQuestion, QuestionKind
from store.imports.reading import Content, KnownOfFile
from store.imports.records import Client, Record, StatusMessage
from store.imports.report import EXAMPLES, Findings
from store.imports.rows.cells import LONGEST_NUMBER
from store.imports.rows.totals import sums_of
from store.imports.tables.files import Unreadable
from store.imports.values.amounts import BadValue, refuse_thousandths
from store.imports.values.terms import DEFAULT_TERM

_NAME_LENGTH = 300
_PHONE_LENGTH = 40


SHAPE = "einvoices"
"""Under which the answers about e-invoices are remembered."""


def read_papers(
    path: Path, papers: EDocuments, company: Company, findings: Findings, known: KnownOfFile
) -> Content:
    """Return what the papers of a file say. Raises Unreadable where somebody speaks of columns."""
    if known.said:
        raise Unreadable("imports.einvoice_map")
    if SHAPE in known.shapes:
        findings.remember(known.shapes[SHAPE].answers)
    reader = PaperReader(company, path, papers, findings)
    records = reader.records()
    rows, clients = len(papers.read) + len(papers.unread), list(reader.clients.values())
    messages = list(reader.messages())
    return Content(
        records, clients, rows, 0, None, None, sums_of(records), messages=messages, pdfs=reader.pdfs
    )


class PaperReader:
    """Makes records of the papers of one file. Refusals and notices go to `findings`."""

    def __init__(self, company: Company, path: Path, papers: EDocuments, findings: Findings) -> None:
        self.clients: dict[str, Client] = {}
        self.pdfs = PdfFolder(company)
        self._company = company
        self._path = path
        self._papers = papers
        self._findings = findings
        self._asked: dict[tuple[str, str], list[str]] = {}
        self._alone = len(papers.read) + len(papers.unread) == 1
        self._loose = {Path(each.name).stem: each for each in papers.unread if each.pdf}
        """PDFs without an XML, by name: beside an XML of that name one is what it looks like."""

    def records(self) -> list[Record]:
        """Return a record for every paper that is an invoice of the company."""
        found: dict[str, tuple[EDocument, Record]] = {}
        for line, paper in enumerate(self._papers.read, 1):
            if paper.invoice is not None:
                self._add(line, paper, paper.invoice, found)
        for each in self._papers.unread:
            self._leave_out(each)
        return [record for _paper, record in found.values()]

    def messages(self) -> Iterator[StatusMessage]:
        """Yield what messages of the platforms say of invoices of the company."""
        own = siren_of(self._company)
        for line, paper in enumerate(self._papers.read, 1):
            for each in paper.statuses:
                if own and each.seller_siren and each.seller_siren != own:
                    facts = {"siren": each.seller_siren, "company": self._company.name, "own": own}
                    self._refuse(paper.name, Unreadable("imports.lifecycle_of_another", **facts))
                else:
                    text = f"{each.code} {each.words}".strip()
                    yield StatusMessage(line, each.number, each.code, text, each.said_at, each.received)

    def _add(
        self, line: int, paper: EDocument, invoice: EInvoice, found: dict[str, tuple[EDocument, Record]]
    ) -> None:
        known = found.get(invoice.number)
        if known is not None:
            if known[0].invoice != invoice:
                self._refuse(paper.name, BadValue("imports.einvoice_twice", number=invoice.number))
            elif known[1].pdf is None:
                known[1].pdf = self._pdf(paper, invoice)
            return
        try:
            record = self._record(line, paper, invoice)
        except RelanceError as refused:
            self._refuse(paper.name, refused)
            return
        if record is not None:
            found[invoice.number] = paper, record

    def _refuse(self, name: str, why: RelanceError) -> None:
        self._findings.refuse(None, None if self._alone else name, None, why)

    def _leave_out(self, unread: Unread) -> None:
        """Refuse what cannot be read; in a zip what is no data at all is only told of."""
        if unread.name in {each.name for each in self._loose.values()} and not self._alone:
            if Path(unread.name).stem not in {Path(each.name).stem for each in self._papers.read}:
                self._findings.notice("zip_left_out", value=unread.name)
        elif unread.why.code == "imports.zip_member_of_another_kind":
            self._findings.notice("zip_left_out", value=unread.name)
        else:
            self._refuse(unread.name, unread.why)

    # --- one invoice ------------------------------------------------------------------------------------

    def _record(self, line: int, paper: EDocument, invoice: EInvoice) -> Record | None:
        """Return the record of an invoice. Raises what refuses it."""
        _check(invoice)
        if not self._is_ours(invoice):
            return None
        credit = invoice.type_code in codes.CREDITS or invoice.amount < 0
        amount, left = self._amounts(line, invoice)
        due, given = (invoice.issue, False) if credit else self._due(line, invoice)
        self._tell(line, invoice)
        return Record(
            line=line,
            client=self._client(line, invoice.buyer),
            number=invoice.number,
            made=False,
            issue=invoice.issue,
            due=due,
            due_given=given,
            amount=amount,
            currency=invoice.currency,
            left=left,
            pdf=self._pdf(paper, invoice),
            order=(invoice.order or "")[:LONGEST_NUMBER] or None,
            means=codes.means(invoice.means_codes),
            credit=credit,
        )

    def _is_ours(self, invoice: EInvoice) -> bool:
        """Whether the company sells. Raises what refuses the invoice of another."""
        found = whose(self._company, invoice)
        if found is Whose.UNSURE:
            answer = self._ask(QuestionKind.SELLER, invoice.seller.name, (YES, NO), WAIT, invoice.number)
            if answer == WAIT:
                return False
            found = Whose.OURS if answer == YES else Whose.ANOTHER
        if found is Whose.OURS:
            return True
        seller = invoice.seller.name or invoice.seller.siren or ""
        own = {"company": self._company.name, "own": siren_of(self._company)}
        kind = "purchase" if found is Whose.PURCHASE else "of_another"
        raise Unreadable(f"imports.einvoice_{kind}", seller=seller, siren=invoice.seller.siren or "", **own)

    def _amounts(self, line: int, invoice: EInvoice) -> tuple[Decimal, Decimal | None]:
        """Return total and what is left, in cents and without a sign; what is overpaid is not owed."""
        total, payable = invoice.amount, invoice.payable
        if total == 0 and payable is not None:
            total = payable
        left = None if payable is None else abs(payable)
        if payable is not None and payable * total < 0:
            self._findings.notice("overpaid", line, invoice.number)
            left = Decimal(0)
        if invoice.type_code in codes.CREDITS and total < 0:
            self._findings.notice("negative_credit_note", line, invoice.number)
        return _cents(abs(total)), None if left is None else _cents(left)

    def _due(self, line: int, invoice: EInvoice) -> tuple[date, bool]:
        """Return the due date, and whether the invoice says it: as a date, or in words that are clear.

        Of several dates it is the last one: nobody is asked for the whole before.
        """
        days = sorted(day for day, _part in invoice.due_dates)
        if days:
            if days[0] != days[-1]:
                told = ", ".join(f"{day:%d/%m/%Y}" for day in days)
                self._findings.notice("several_due_dates", line, f"{invoice.number} : {told}")
            if days[-1] < invoice.issue:
                self._findings.notice("due_before_issue", line)
            return days[-1], True
        term = read_terms(invoice.terms)
        if isinstance(term, date):
            return term, True
        if term is not None:
            return due_date(self._counted(term, invoice), invoice.issue), True
        if invoice.terms:
            self._findings.notice("terms_unread", line, f"{invoice.number} : {invoice.terms}")
        self._findings.notice("default_term", line)
        return invoice.issue + DEFAULT_TERM, False

    def _counted(self, term: PaymentTerm, invoice: EInvoice) -> PaymentTerm:
        """Return a term with its count of the end of the month, as people say; unsaid it stays open."""
        if not term.two_counts:
            return term
        counts = tuple(MonthEnd)
        answer = self._ask(QuestionKind.MONTH_END, invoice.terms[:60], counts, LATEST, invoice.number)
        return replace(term, order=MonthEnd(answer)) if answer in counts else term

    def _ask(
        self, kind: QuestionKind, about: str, choices: tuple[str, ...], default: str, number: str
    ) -> str:
        """Return the answer to a question about an invoice; one that is open names all that it touches."""
        numbers = self._asked.setdefault((kind, about), [])
        numbers.append(number)
        first = tuple(numbers[:EXAMPLES])
        return self._findings.ask(
            ImportQuestion(kind, about, choices, default, count=len(numbers), values=first)
        )

    def _tell(self, line: int, invoice: EInvoice) -> None:
        """Tell what is not taken over and should be known."""
        iban = other_iban(self._company, invoice)
        for kind, holds, value in (
            ("other_iban", iban is not None, f"{invoice.number} : {iban}"),
            ("discount_told", invoice.discount, invoice.number),
            (
                "corrects",
                invoice.type_code in codes.CORRECTING,
                f"{invoice.number} : {_some(invoice.corrects)}",
            ),
            ("factored", invoice.type_code in codes.FACTORED, invoice.number),
        ):
            if holds:
                self._findings.notice(kind, line, value)

    def _pdf(self, paper: EDocument, invoice: EInvoice) -> str | None:
        """Return where the invoice's PDF will be in the company's folder."""
        loose = self._loose.get(Path(paper.name).stem)
        name = paper.pdf or (loose.pdf if loose else None)
        if name is None:
            return None
        if not self.pdfs.there:
            self._findings.notice("no_invoices_folder", value=invoice.number)
            return None
        original = self._path if self._alone else Path(paper.name)
        return self.pdfs.place(invoice.number, self._papers.folder / name, original)

    # --- its customer -----------------------------------------------------------------------------------

    def _client(self, line: int, buyer: TradeParty) -> Client:
        """Return the customer of an invoice, one for each; what earlier invoices said of it holds."""
        name = buyer.name[:_NAME_LENGTH] or buyer.siren or ""
        if not name:
            raise Unreadable("imports.einvoice_lacks", missing=["buyer"])
        emails, unwritable = self._email(line, name, buyer.email)
        read = Client(
            name=name,
            folded=fold(name) or name.casefold(),
            siren=buyer.siren,
            phone=(buyer.phone or "")[:_PHONE_LENGTH] or None,
            contact=(buyer.contact or "")[:_NAME_LENGTH] or None,
            postal_address=buyer.address,
            uses=dict.fromkeys(emails, ContactRole.GENERAL),
            unwritable=unwritable,
            fills=True,
        )
        return self._one(read)

    def _one(self, read: Client) -> Client:
        """Return the customer that an earlier invoice named, with what that one left open; else this one.

        One of the same name and another SIREN is another customer, known by its SIREN.
        """
        known = self.clients.setdefault(read.key, read)
        if known.siren and read.siren and known.siren != read.siren:
            read.code = read.siren
            known = self.clients.setdefault(read.key, read)
        for name in ("siren", "phone", "contact", "postal_address"):
            if getattr(known, name) is None:
                setattr(known, name, getattr(read, name))
        known.uses = known.uses or read.uses
        return known

    def _email(self, line: int, name: str, said: str | None) -> tuple[list[str], dict[str, AddressFault]]:
        if not said:
            return [], {}
        try:
            return [judge(said).written], {}
        except BadAddress as bad:
            if "@" not in said:
                self._findings.notice("invalid_email", line, said)
                return [], {}
            self._findings.notice("unwritable_email", line, f"{said} ({name})")
            return [], {said[:LONGEST]: bad.fault}


def _check(invoice: EInvoice) -> None:
    """Raise what refuses an invoice for itself."""
    if len(invoice.number) > LONGEST_NUMBER:
        raise Unreadable("imports.einvoice_number", most=LONGEST_NUMBER)
    if invoice.type_code == codes.PROFORMA:
        raise Unreadable("imports.einvoice_proforma", number=invoice.number)
    if invoice.type_code not in codes.INVOICES | codes.CREDITS:
        raise Unreadable("imports.einvoice_type", number=invoice.number, code=invoice.type_code)
    if not (len(invoice.currency) == 3 and invoice.currency.isascii() and invoice.currency.isalpha()):
        raise Unreadable("imports.einvoice_currency", number=invoice.number, currency=invoice.currency[:20])
    try:
        refuse_thousandths(invoice.currency)
    except BadValue as error:
        raise Unreadable(
            "imports.einvoice_thousandths", number=invoice.number, currency=invoice.currency
        ) from error


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def _some(numbers: Iterable[str]) -> str:
    return ", ".join(numbers)
