"""Payments: money received."""
