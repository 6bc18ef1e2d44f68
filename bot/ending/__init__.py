"""Invoices that end without money: written off, withdrawn, handed over; and taken up again."""
