"""Escalating: /escalade."""
