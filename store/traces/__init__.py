"""What the journal keeps of each act: a frozen type for each, written and read as JSON."""
