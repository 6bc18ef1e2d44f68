"""Penalties, rates and early-payment discounts."""
