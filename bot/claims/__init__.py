"""Old claims: the day's list, and /relances reconnaissance."""
