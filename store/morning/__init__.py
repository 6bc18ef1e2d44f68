"""The morning: its plan, its cards, and what people change in it."""
