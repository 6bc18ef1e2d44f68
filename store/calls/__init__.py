"""Calls: prepared, made, and followed up."""
