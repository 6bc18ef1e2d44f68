"""The morning digest and its cards, drawn."""
