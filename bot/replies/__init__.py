"""Customers' replies: /relances reponses."""
