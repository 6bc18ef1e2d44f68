"""Slack: one file for each command, one for each surface."""
