"""Credits: /relances avoirs."""
