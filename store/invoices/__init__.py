"""Invoices: what is owed, finding one, and settling it."""
