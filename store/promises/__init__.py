"""Promises: a date and an amount that a customer named."""
