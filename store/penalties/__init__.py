"""Late-payment penalties: what they are computed from, and what was decided."""
