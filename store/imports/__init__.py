"""Bringing files in: CSV and workbooks become invoices, customers and payments in the books."""

from store.imports.apply import bring_in
from store.imports.report import CellRefusal, ImportRemark, ImportReport
from store.imports.tables.files import Unreadable

__all__ = ["CellRefusal", "ImportRemark", "ImportReport", "Unreadable", "bring_in"]
