"""Direct debits and drafts: what the company collects itself, and what the bank sends back (SCHEDULE 27)."""
