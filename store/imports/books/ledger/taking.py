"""What an accounting export says is owed, and by whom, told as records like those of any list."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from receivables.codes.files import FileMeaning
from store.books import Books
from store.db.tables import Customer
from store.imports.books import bulk
from store.imports.books.customers import Customers
from store.imports.books.ledger import entries
from store.imports.books.ledger.documents import Document, Papers, give_numbers, of_moves
from store.imports.books.ledger.entries import money
from store.imports.books.ledger.openings import balance_item, openings
from store.imports.fec.facts import CustomerLedger, MoveKind
from store.imports.fec.reading import told
from store.imports.questions import LEFT_OUT, ImportQuestion, QuestionKind
from store.imports.records import Client, Record, ToldFact
from store.imports.report import EXAMPLES, Findings
from store.imports.values.terms import DEFAULT_TERM

FIELD = "ledger"
"""By what name the facts are kept that movements tell of an invoice."""


def named(b: Books, clients: Sequence[Client], findings: Findings) -> list[Client]:
    """Return the customers that have a name, in the ledger or in the books; the others are asked about."""
    nameless = [client for client in clients if not client.name]
    if not nameless:
        return list(clients)
    target = bulk.table(Customer)
    query = select(target.c.key, target.c.name, target.c.folded).where(target.c.company_id == b.company_id)
    known = {row.key: row for row in b.session.execute(query)}
    asked = []
    for client in nameless:
        row = known.get(client.key)
        if row is None:
            asked.append(client.key)
        else:
            client.name, client.folded = row.name, row.folded
    if asked:
        shown = tuple(asked[:EXAMPLES])
        findings.ask(
            ImportQuestion(QuestionKind.FEC_NAMELESS, "", (), LEFT_OUT, count=len(asked), values=shown)
        )
    return [client for client in clients if client.name]


class Taking:
    """One ledger beside the books, its customers written already: documents with their numbers, openings."""

    def __init__(self, b: Books, ledger: CustomerLedger, customers: Customers, findings: Findings) -> None:
        self.findings = findings
        self.taken = entries.known(b)
        moves = [each for each in ledger.moves if each.account in customers.ids]
        self.ledger = replace(ledger, moves=moves)
        before = {each.account: each.customer_id for each in self.taken.values() if each.customer_id}
        self.ids = {**before, **customers.ids}
        documents = of_moves(self.ledger.moves)
        pieces = [move.piece for move in self.ledger.moves if move.kind is MoveKind.OPENING and move.piece]
        papers = Papers(b, [*(each.number for each in documents), *pieces], self.taken)
        self.openings = openings(b, self.ledger, self.taken, papers, self.ids)
        self.documents = [each for each in [*documents, *self._carried()] if each.cents]
        give_numbers(self.documents, papers, self.taken, self.ids)

    def _carried(self) -> list[Document]:
        """Return the old debts: pieces that balances name, and one item for each that names none."""
        lines = {move.account: move.line for move in reversed(self.ledger.moves)}
        found = []
        for account, opening in self.openings.items():
            found += opening.named
            if opening.rest is not None and opening.rest.cents > 0:
                found.append(balance_item(opening, opening.rest, lines.get(account, 0)))
        return found

    def records(self, of_file: Sequence[Client]) -> list[Record]:
        """Return what is owed, and the credit notes."""
        clients = {client.key: client for client in of_file}
        records = []
        for each in self.documents:
            self._notice(each)
            records.append(
                Record(
                    line=each.line,
                    client=clients[each.account],
                    number=each.number,
                    made=False,
                    issue=each.issue,
                    due=each.due or each.issue + DEFAULT_TERM,
                    due_given=each.due is not None,
                    amount=money(abs(each.cents)),
                    currency="EUR",
                    credit=each.cents < 0,
                    said=_held(each),
                )
            )
        return records

    def _notice(self, document: Document) -> None:
        if document.cents > 0 and document.due is None:
            self.findings.notice("default_term", document.line)
        if document.cents > 0 and document.foreign:
            self.findings.notice("fec_foreign", document.line, f"{document.number} ({document.foreign})")
        if document.cents < 0 and document.journal:
            shown = f"{document.number} ({told(-document.cents)})"
            self.findings.notice("fec_other_credit", document.line, shown)


def _held(document: Document) -> tuple[ToldFact, ...]:
    """Return why a document is held until a person has said what it is."""
    return (ToldFact(FIELD, document.word, FileMeaning.COMMENTED),) if document.word else ()
