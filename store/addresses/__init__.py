"""Addresses of customers: put right by people, stopped when nothing can be written to them (SCHEDULE 14)."""
