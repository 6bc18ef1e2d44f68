"""Money and lettering of an accounting export into the books, once its documents are there."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from store.books import Books
from store.imports.books.bulk import Trace
from store.imports.books.invoices import Outcome
from store.imports.books.ledger import entries, payments, settling
from store.imports.books.ledger.balance import compare
from store.imports.books.ledger.documents import Papers, part
from store.imports.books.ledger.entries import TakenMove
from store.imports.books.ledger.matching import Group, Matching, Source, StillOwed
from store.imports.books.ledger.taking import Taking
from store.imports.fec.facts import MoveKind
from store.imports.fec.reading import told
from store.imports.report import ImportRemark, ImportReport


def settle(taking: Taking, outcome: Outcome, trace: Trace, report: ImportReport) -> None:
    """Take money in, set it as it is lettered or by exact rules, and compare the balances."""
    b = trace.b
    papers = _link(b, taking)
    money_in = _money_in(taking)
    befores = [each.before for each in taking.openings.values() if each.before is not None]
    current = {each.key: each for each in [*papers, *money_in, *befores]}
    _forget(b, taking, current)
    fresh = [each for each in money_in if each.key not in taking.taken]
    count, cents = payments.take(b, fresh, taking.ids, trace)
    for each in current.values():
        each.customer_id = taking.ids[each.account]
    entries.add(b, [each for each in current.values() if each.key not in taking.taken], trace)
    matching = _settle(b, taking, {key: taking.taken.get(key, each) for key, each in current.items()}, trace)
    _tell(matching, outcome, report)
    if count:
        report.noted.append(ImportRemark("fec_payments", count, values=[told(cents)]))
    left = [each.left for each in matching.kept if each.left]
    if left:
        report.noted.append(ImportRemark("fec_on_account", len(left), values=[told(sum(left))]))
    _see(b, taking, outcome)
    _compare(b, taking)


def _link(b: Books, taking: Taking) -> list[TakenMove]:
    """Link movements to the documents that they became."""
    papers = Papers(b, [each.number for each in taking.documents], {})
    linked = []
    for document in taking.documents:
        paper = papers.get(document.number)
        for each in document.parts:
            if paper is not None:
                each.invoice_id = None if paper.credit else paper.id
                each.credit_note_id = paper.id if paper.credit else None
            linked.append(each)
    return linked


def _money_in(taking: Taking) -> list[TakenMove]:
    """Return payments, and what is carried over as money on account."""
    moves = [part(move) for move in taking.ledger.moves if move.kind is MoveKind.MONEY]
    rests = [each.rest for each in taking.openings.values() if each.rest is not None and each.rest.cents < 0]
    return [*moves, *rests]


def _forget(b: Books, taking: Taking, current: Mapping[str, TakenMove]) -> None:
    """Forget what the ledger no longer says of its own days."""
    first, last = taking.ledger.first, taking.ledger.last
    gone = [each for each in taking.taken.values() if first <= each.day <= last and each.key not in current]
    entries.forget(b, [each.id for each in gone if each.id is not None])


class _Sides:
    """The open invoices and sources of the file's customers, by what they are."""

    def __init__(self, b: Books, customer_ids: Sequence[int]) -> None:
        self.owed = settling.open_invoices(b, customer_ids)
        self.sources = settling.open_sources(b, customer_ids)
        self._invoices = {each.id: each for each in self.owed}
        self._sources = {(each.note, each.id): each for each in self.sources}

    def invoice(self, entry: TakenMove | None) -> StillOwed | None:
        """Return the open invoice that a movement became."""
        return self._invoices.get(entry.invoice_id or 0) if entry else None

    def linked(self, id_: int) -> StillOwed | None:
        """Return an open invoice."""
        return self._invoices.get(id_)

    def source(self, entry: TakenMove | None) -> Source | None:
        """Return the money or credit note, still open, that a movement became."""
        if entry is None:
            return None
        return self._sources.get((False, entry.payment_id or 0)) or self._sources.get(
            (True, entry.credit_note_id or 0)
        )


def _settle(b: Books, taking: Taking, known: Mapping[str, TakenMove], trace: Trace) -> Matching:
    """Set what is open of both sides, and write it."""
    sides = _Sides(b, sorted({taking.ids[entry.account] for entry in known.values()}))
    matching = Matching()
    pieces = {move.key: move.piece for move in taking.ledger.moves}
    ours = []
    for key, entry in known.items():
        source = sides.source(entry)
        if source is not None:
            source.piece = pieces.get(key, "")
            source.fresh = key not in taking.taken
            ours.append(source)
    _carry(taking, sides, matching, known)
    for group in _groups(taking, sides, known):
        matching.letter(group)
    owed_by, sources_by = defaultdict(list), defaultdict(list)
    for each in sides.owed:
        owed_by[each.customer_id].append(each)
    for source in {id(source): source for source in ours}.values():
        sources_by[source.customer_id].append(source)
    for customer_id, sources in sources_by.items():
        owed = [each for each in owed_by[customer_id] if each.left]
        matching.by_rule(owed, [each for each in sources if each.left])
    matching.kept = [source for source in {id(each): each for each in ours}.values() if not source.note]
    settling.write(b, sides.sources, matching.shares, trace)
    return matching


def _carry(taking: Taking, sides: _Sides, matching: Matching, known: Mapping[str, TakenMove]) -> None:
    """Settle what the balances carried over show as settled meanwhile."""
    owed_by: dict[int, list[StillOwed]] = defaultdict(list)
    for each in sides.owed:
        owed_by[each.customer_id].append(each)
    for opening in taking.openings.values():
        rest = opening.rest and sides.source(known.get(opening.rest.key))
        if rest and opening.targets is not None:
            own = {known[each.key].invoice_id for document in opening.named for each in document.parts}
            before = [
                each
                for each in owed_by[rest.customer_id]
                if each.id not in own and (each.issue is None or each.issue < opening.day)
            ]
            matching.carry(rest, before, opening.targets)


def _groups(taking: Taking, sides: _Sides, known: Mapping[str, TakenMove]) -> list[Group]:
    """Return what is lettered together."""
    groups: dict[str, Group] = defaultdict(Group)
    for move in taking.ledger.moves:
        if not move.group:
            continue
        opening, entry = taking.openings.get(move.account), known.get(move.key)
        if opening is not None and opening.rest is not None and move.key in opening.unnamed:
            entry = known.get(opening.rest.key)
        linked = opening.links.get(move.key) if opening is not None else None
        owed = sides.linked(linked) if linked is not None else sides.invoice(entry)
        source = sides.source(entry)
        group = groups[move.group]
        if owed is not None:
            group.owed[owed.id] = owed
        if source is not None:
            group.sources[source.note, source.id] = source
    return list(groups.values())


def _tell(matching: Matching, outcome: Outcome, report: ImportReport) -> None:
    """Have settled invoices followed by what follows, and tell of those that changed by money alone."""
    told_of = {*report.new, *report.changed}
    for each in {share.owed.id: share.owed for share in matching.shares}.values():
        outcome.customers.add(each.customer_id)
        if not each.left:
            outcome.settled.append(each.id)
        if each.number not in told_of:
            report.changed.append(each.number)
            report.unchanged -= each.id in outcome.seen


def _see(b: Books, taking: Taking, outcome: Outcome) -> None:
    """Count as shown all open invoices of the ledger's customers: a balance carried over names none."""
    customer_ids = sorted({taking.ids[move.account] for move in taking.ledger.moves})
    outcome.seen.update(each.id for each in settling.open_invoices(b, customer_ids))


def _compare(b: Books, taking: Taking) -> None:
    """Compare the balance of each account with the books: what came before the file, and the file."""
    expected: dict[int, int] = defaultdict(int)
    for move in taking.ledger.moves:
        expected[taking.ids[move.account]] += move.cents
    for account in taking.openings:
        expected[taking.ids[account]] += 0
    if taking.ledger.opening is None:
        for entry in taking.taken.values():
            if entry.day < taking.ledger.first and entry.account in taking.ids:
                expected[taking.ids[entry.account]] += entry.cents
    compare(b, expected, taking.findings)
