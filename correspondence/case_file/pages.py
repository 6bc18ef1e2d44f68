"""The readable pages of a customer's file, from its facts."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from correspondence.case_file.words import CaseFileWords, details, how, received, state
from correspondence.case_file.zip import Paper
from message_templates import labels
from message_templates.pieces import case_file as dossier
from receivables.codes.agreements import PromiseStanding
from receivables.penalties import record
from store.dossier.facts import Dossier, InvoicePaper
from store.dossier.history import DisputeMade, PromiseMade
from store.penalties.facts import InvoicePenalties


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; `href` makes it a link."""

    text: str
    href: str = ""


Row = Sequence[str | Cell]


class Pages:
    """Draws the pages of one file."""

    def __init__(self, words: CaseFileWords, found: Dossier) -> None:
        self.words = words
        self.found = found
        self._shared: Mapping[str, Any] = {
            "company": words.company,
            "customer": found.customer,
            "on": found.on,
            "hour": words.hour(found.at),
        }

    def table(self, name: str, columns: Iterable[str], rows: Iterable[Row], *, up: str = "../") -> bytes:
        """Return a page that is a table, in its folder."""
        return dossier.page(
            "table",
            self.words.language,
            **self._shared,
            up=up,
            title=self.words.tell(f"dossier.title.{name}"),
            note=self.words.tell(f"dossier.note.{name}"),
            nothing=self.words.tell(f"dossier.nothing.{name}"),
            columns=[self.words.tell(f"dossier.column.{column}") for column in columns],
            rows=[[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows],
        )

    def invoice(self, invoice: InvoicePaper, pdf: str) -> bytes:
        """Return the sheet of one invoice; `pdf` is the name of its PDF beside it, if there is one."""
        language = self.words.language
        receipts = [
            {"day": each.day, "what": received(each, language), "amount": each.amount}
            for each in invoice.receipts
        ]
        steps = [
            {
                "on": each.on,
                "step": self.words.step(each.step),
                "how": how(each, language),
                "by": self.words.who(each.by),
            }
            for each in invoice.steps
        ]
        told = {"facts": invoice.facts, "days_late": invoice.days_late, "pdf_missing": invoice.pdf_missing}
        return dossier.page(
            "invoice",
            self.words.language,
            **self._shared,
            up="../",
            invoice=told | {"receipts": receipts},
            steps=steps,
            state=state(invoice, language),
            pdf=pdf,
        )

    def penalties(self) -> bytes:
        """Return the computation of penalties, by invoice and half-year."""
        computed = [self._computed(each.penalties) for each in self.found.invoices if _bears(each.penalties)]
        return dossier.page("penalties", self.words.language, **self._shared, up="", computed=computed)

    def _computed(self, each: InvoicePenalties | None) -> dict[str, Any]:
        assert each is not None  # noqa: S101 - `_bears` says so
        found, decided = each.computed, each.decision
        decision = ""
        if decided is not None:
            on = self.words.company.day_of(decided.at)
            decision = self.words.tell(
                f"dossier.decision.{decided.decision}", on=on, reason=decided.reason or ""
            )
        names = ("slices", "currency", "principal", "interest", "interest_paid", "indemnity", "total")
        told: dict[str, Any] = {name: getattr(found, name) for name in names}
        rule = self.words.tell(f"dossier.rule.{found.rule}")
        return told | {"number": each.number, "due_date": each.due_date, "rule": rule, "decision": decision}

    def penalties_json(self) -> bytes:
        """Return the same computation for software: a list, in the shape of `relance penalties --json`."""
        rows = [
            {"invoice": each.penalties.number, **record(each.penalties.computed)}
            for each in self.found.invoices
            if each.penalties is not None and _bears(each.penalties)
        ]
        return json.dumps(rows, ensure_ascii=False, indent=1).encode()

    def index(self, papers: Sequence[Paper], sheets: Mapping[int, str], left_out: Sequence[str]) -> bytes:
        """Return the readable index: the parties, what is owed, and every paper with its SHA-256."""
        return dossier.page(
            "index",
            self.words.language,
            **self._shared,
            up="",
            invoices=[self._line(each, sheets[each.facts.id]) for each in self.found.invoices],
            totals=self.found.totals,
            credits=self.found.credits,
            nets=self.found.nets,
            interest=self._sum_interest(),
            indemnity=self._sum_indemnity(),
            to_confirm=self._to_confirm(),
            kept=self.found.kept,
            ended=self.found.ended,
            papers=[paper.entry for paper in papers],
            left_out=left_out,
        )

    def _line(self, each: InvoicePaper, sheet: str) -> dict[str, Any]:
        language = self.words.language
        found = each.penalties.computed if _bears(each.penalties) and each.penalties else None
        interest, indemnity = "–", "–"
        if found is not None:
            known = found.interest
            interest = (
                self.words.tell("dossier.to_confirm")
                if known is None
                else self.words.write.amount(known, found.currency)
            )
            indemnity = self.words.write.amount(found.indemnity, "EUR") if found.indemnity else "–"
        told = {
            "facts": each.facts,
            "days_late": each.days_late,
            "sheet": sheet,
            "state": state(each, language),
        }
        return told | {"interest": interest, "indemnity": indemnity}

    def _due(self) -> list[InvoicePenalties]:
        found = [each.penalties for each in self.found.invoices]
        return [each for each in found if each is not None and _bears(each)]

    def _sum_interest(self) -> str:
        sums: dict[str, Decimal] = {}
        for each in self._due():
            if each.computed.interest is None:
                return self.words.tell("dossier.to_confirm")
            currency = each.computed.currency
            sums[currency] = sums.get(currency, Decimal(0)) + each.computed.interest
        return self.words.write.amounts(sums) if sums else "–"

    def _sum_indemnity(self) -> str:
        total = sum((each.computed.indemnity for each in self._due()), Decimal(0))
        return self.words.write.amount(total, "EUR") if total else "–"

    def _to_confirm(self) -> list[str]:
        return sorted({str(semester) for each in self._due() for semester in each.computed.unknown})


def _bears(each: InvoicePenalties | None) -> bool:
    """Whether penalties are to be told of: something is due, and nobody gave it up."""
    return each is not None and each.computed.any and not each.waived


def calls(pages: Pages) -> bytes:
    """Return the table of calls."""
    words = pages.words
    rows = [
        (
            words.at(e.at),
            words.who(e.by),
            e.contact,
            labels.outcome(e.outcome, words.language),
            e.number,
            e.note,
        )
        for e in pages.found.calls
    ]
    return pages.table("calls", ("at", "by", "contact", "outcome", "number", "note"), rows, up="")


def promises(pages: Pages) -> bytes:
    """Return the table of promises."""
    rows = [
        (
            pages.words.at(e.made_at),
            pages.words.who(e.by),
            e.number,
            pages.words.write.day(e.date),
            pages.words.write.amount(e.amount, e.currency),
            pages.words.tell(f"dossier.end.{_standing(e)}"),
        )
        for e in pages.found.promises
    ]
    return pages.table("promises", ("made", "by", "number", "promised", "amount", "state"), rows, up="")


def _standing(promise: PromiseMade) -> str:
    """Return the key of how a promise stands: that a payment has left is told in words of its own."""
    follows = promise.end in {PromiseStanding.RUNNING, PromiseStanding.KEPT, PromiseStanding.BROKEN}
    return f"left_{promise.end}" if promise.payment_left and follows else promise.end


def disputes(pages: Pages) -> bytes:
    """Return the table of disputes."""
    words = pages.words
    rows = [
        (
            words.at(e.opened_at),
            words.who(e.by),
            e.number,
            labels.label("dispute", e.kind, words.language),
            pages.words.write.amount(e.disputed, e.currency) if e.disputed is not None else "",
            e.note,
            _settled(words, e),
        )
        for e in pages.found.disputes
    ]
    columns = ("at", "by", "number", "kind", "amount", "note", "settled")
    return pages.table("disputes", columns, rows, up="")


def _settled(words: CaseFileWords, dispute: DisputeMade) -> str:
    how = labels.label("dispute_end", dispute.outcome, words.language) if dispute.outcome else ""
    return ", ".join(filter(None, (words.at(dispute.settled_at), how)))


def journal(pages: Pages) -> bytes:
    """Return the journal."""
    words = pages.words
    rows = [
        (words.at(e.at), words.who(e.by), words.act(e), e.number, details(e.told, words.language))
        for e in pages.found.journal
    ]
    return pages.table("journal", ("at", "by", "act", "number", "details"), rows, up="")
