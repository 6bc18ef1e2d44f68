"""Bringing files in: CSV and workbooks become invoices, customers and payments in the books."""
