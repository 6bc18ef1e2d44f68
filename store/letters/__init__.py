"""Letters on paper: prepared, approved, deposited."""
