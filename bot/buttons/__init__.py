"""One file for each family of buttons."""
