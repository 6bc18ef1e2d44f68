"""What becomes of each column of a file: read, asked about, or left unread and said."""
