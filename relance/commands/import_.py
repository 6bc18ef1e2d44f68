"""`relance import`: bring files in."""
