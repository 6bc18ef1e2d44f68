"""Calls: /appel."""
