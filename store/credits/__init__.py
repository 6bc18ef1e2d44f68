"""Credits: credit notes and money not set against an invoice."""
