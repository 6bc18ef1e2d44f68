"""The whole file of a customer, for whoever recovers the debt."""
