"""Reminders: rows planned, claimed, sent or called off, and what goes with them."""
