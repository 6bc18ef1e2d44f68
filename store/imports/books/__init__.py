"""From records into the books."""
