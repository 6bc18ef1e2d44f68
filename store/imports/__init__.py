"""Files that come in: reading, checking, and writing them into the books."""
