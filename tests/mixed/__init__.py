"""Real processes on one database, at work together."""
