"""One file for each modal."""
