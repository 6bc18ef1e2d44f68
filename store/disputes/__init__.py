"""Disputes (litiges): what a customer contests."""
