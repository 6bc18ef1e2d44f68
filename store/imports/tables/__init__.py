"""From a file to rows of cells, and which column holds what."""
