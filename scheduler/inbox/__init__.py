"""The mailbox: replies and bounces taken in."""
