"""The clock and the post room."""
