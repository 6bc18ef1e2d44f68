"""Payments: /paye."""
