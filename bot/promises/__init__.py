"""Promises: /relances promesse."""
