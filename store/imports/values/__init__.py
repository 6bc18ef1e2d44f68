"""What cells say: amounts, days, words, terms."""
