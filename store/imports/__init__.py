"""Bringing files in: CSV and workbooks become invoices, customers and payments in the books."""

from store.imports.apply import bring_in
from store.imports.report import ImportReport, Notice, Refusal
from store.imports.tables.files import Unreadable

__all__ = ["ImportReport", "Notice", "Refusal", "Unreadable", "bring_in"]
