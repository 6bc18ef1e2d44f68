"""Pages on paper and the code to scan on them."""
