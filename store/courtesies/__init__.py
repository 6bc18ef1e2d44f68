"""Messages that are no reminders: statements, thanks, instalments."""
