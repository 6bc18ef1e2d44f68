"""What a file leaves open about its customers: is a SIREN a business's, whose schedule is not theirs."""

from collections.abc import Collection

from store.books import Books
from store.customers import kinds
from store.imports.books.bulk import Trace
from store.imports.questions import LATER, NO, YES, QuestionKind
from store.imports.report import Findings, ImportReport


def settle_kinds(
    b: Books, of_file: Collection[int], businesses: bool | None, trace: Trace, report: ImportReport
) -> set[int]:
    """Say, or ask once, whether the file's customers with a SIREN are businesses; return those changed.

    `businesses` is what whoever brings the file in says; None: as it was answered before, else a person is
    asked. What was answered no stays open, without a question each morning.
    """
    about = [row for row in kinds.unknown_with_siren(b) if row.id in of_file]
    if not about:
        return set()
    before = kinds.answered_before(b) if businesses is None else None
    if businesses is not None:
        kinds.say_of(b, about, business=businesses, by=trace.by, at=trace.at)
    elif before is None:
        kinds.ask(b, about, at=trace.at)
        report.ask(QuestionKind.KIND_ASKED, [row.name for row in about], (YES, NO), LATER)
        return set()
    elif before:
        kinds.say_of(b, about, business=True, by=trace.by, at=trace.at)
    return {row.id for row in about}


def note_schedules(b: Books, of_file: Collection[int], findings: Findings) -> None:
    """Name the file's public bodies and consumers that are still on the company's own schedule."""
    for each in kinds.on_own_schedule(b):
        if each.customer_id in of_file:
            findings.notice(f"own_schedule_{each.kind}", value=each.customer)
