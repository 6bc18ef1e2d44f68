"""Disputes: /relances litige."""
