"""What people do with the morning's messages."""
