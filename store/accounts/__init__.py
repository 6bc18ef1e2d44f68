"""Customers' accounts as the rules of the schedule look at them."""
