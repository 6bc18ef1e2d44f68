"""Slack itself: the front desk, who may do what, blocks, requests, answers."""
