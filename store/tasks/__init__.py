"""Tasks: what a person must do."""
