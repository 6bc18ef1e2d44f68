"""Customers: who they are, whom to reach, and the terms agreed with them."""
