"""The trade's rules: pure, without I/O, clock, SQL, Slack or environment."""
