"""The graded schedule: decision and reason together."""
