"""Claims that grow old: what counts them anew, and who is told before (SCHEDULE 26)."""
