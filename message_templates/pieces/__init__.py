"""What a customer reads, set from its templates: mails, statements, letters, the pages of a case file."""
