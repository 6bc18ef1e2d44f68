"""What a customer's reply says, by plain rules."""
