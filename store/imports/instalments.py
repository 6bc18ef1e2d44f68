"""Several due dates of one invoice: each is followed by itself, under the invoice's number (SCHEDULE)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from store.imports.questions import EACH, LEFT_OUT, WHOLE, ImportQuestion, QuestionKind
from store.imports.records import Record
from store.imports.report import EXAMPLES, Findings

CENT = Decimal("0.01")


def belong(one: Record, other: Record) -> bool:
    """Whether two rows of one number are two due dates of one invoice."""
    return (
        one.client is other.client
        and one.issue == other.issue
        and one.currency == other.currency
        and not (one.credit or other.credit)
        and one.due_given
        and other.due_given
        and one.due != other.due
    )


def in_parts(found: Iterable[Sequence[Record]], findings: Findings) -> list[Record]:
    """Return the records of a file, those of an invoice of several due dates as its instalments.

    `found` holds the rows of each number. Whether rows of one amount are instalments of that amount or repeat
    the total is asked, once for the file; until then they are left out.
    """
    doubtful: list[Sequence[Record]] = []
    records: list[Record] = []
    for rows in found:
        if len(rows) == 1:
            records += _split(rows[0], findings) if rows[0].instalments else rows
        elif (told := _apart(rows)) is not None:
            records += named(told)
        else:
            doubtful.append(rows)
    return records + list(_answered(doubtful, findings))


def _apart(rows: Sequence[Record]) -> list[Record] | None:
    """Return rows with the amount of each instalment; None when they may repeat the total."""
    amounts = {row.amount for row in rows}
    if len(amounts) > 1 and None not in amounts:
        return list(rows)
    left = [row.left for row in rows if row.left is not None]
    if len(left) == len(rows) and len(set(left)) > 1 and sum(left) == next(iter(amounts)):
        return [replace(row, amount=row.left) for row in rows]
    if amounts == {None} and len(set(left)) > 1:
        return list(rows)
    return None


def _answered(doubtful: Sequence[Sequence[Record]], findings: Findings) -> Iterator[Record]:
    if not doubtful:
        return
    answer = findings.ask(
        ImportQuestion(
            QuestionKind.EQUAL_INSTALMENTS,
            "",
            (EACH, WHOLE),
            LEFT_OUT,
            rows=tuple(rows[0].line for rows in doubtful[:EXAMPLES]),
            count=len(doubtful),
            values=tuple(rows[0].number for rows in doubtful[:EXAMPLES]),
        )
    )
    for rows in doubtful if answer != LEFT_OUT else ():
        yield from named(rows if answer == EACH else _shared_out(rows))


def _shared_out(rows: Sequence[Record]) -> list[Record]:
    """Return rows that each show the whole with an equal share of it, the cents over on the last."""
    whole = rows[0].amount if rows[0].amount is not None else rows[0].left or Decimal(0)
    share = (whole / len(rows)).quantize(CENT)
    shares = [share] * (len(rows) - 1)
    parts = tuple(zip(sorted(row.due for row in rows), [*shares, whole - sum(shares)], strict=True))
    first = min(rows, key=lambda row: row.due)
    return divided(replace(first, amount=whole), parts)


def _split(record: Record, findings: Findings) -> list[Record]:
    """Return the instalments that an invoice names itself; the invoice, when they are not its sum."""
    if sum(amount for _, amount in record.instalments) != record.amount:
        findings.notice("instalments_not_the_sum", record.line, record.number)
        return [record]
    return named(divided(record, record.instalments))


def divided(record: Record, parts: Sequence[tuple[date, Decimal]]) -> list[Record]:
    """Return a record for each due date and amount; what was paid is set on the first due first."""
    whole = record.amount if record.amount is not None else Decimal(0)
    paid = record.paid
    if record.left is not None:
        paid = max(whole - record.left, Decimal(0))
    found = []
    for due, amount in sorted(parts):
        share = None if paid is None else min(paid, amount)
        paid = None if paid is None or share is None else paid - share
        found.append(
            replace(record, due=due, due_given=True, amount=amount, paid=share, left=None, instalments=())
        )
    return found


def named(rows: Sequence[Record]) -> list[Record]:
    """Return instalments under names of their own, in the order of their days: « F-10 (1/2) »."""
    ordered, number = sorted(rows, key=lambda row: row.due), rows[0].number
    return [
        replace(row, number=name(number, rank, len(rows)), whole=number, part=rank)
        for rank, row in enumerate(ordered, 1)
    ]


def name(number: str, rank: int, count: int) -> str:
    """Return the name of one instalment of an invoice."""
    return f"{number} ({rank}/{count})"
