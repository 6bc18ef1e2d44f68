"""Accounting exports of French law (FEC): from rows to movements on customers' accounts. Pure reading."""
