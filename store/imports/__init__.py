"""Bringing files in: CSV and workbooks become invoices, customers and payments in the books."""

from store.imports.apply import bring_in
from store.imports.files import Unreadable
from store.imports.report import ImportReport, Notice, Refusal

__all__ = ["ImportReport", "Notice", "Refusal", "Unreadable", "bring_in"]
