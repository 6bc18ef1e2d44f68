"""The embedded try-out: a company, a stand-in for Slack, and a terminal that draws it."""

from relance.demo.app import play_demo

__all__ = ["play_demo"]
