"""The embedded try-out: a company, a stand-in for Slack, and a terminal that draws it."""

from relance.demo.app import run

__all__ = ["run"]
