"""What is addressed to a customer, written once: facts and a verdict in, the finished piece out."""
