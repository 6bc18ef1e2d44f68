"""What the house's own machines share: they read the source, and never run it."""
