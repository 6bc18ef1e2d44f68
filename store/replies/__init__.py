"""Replies: mails that came in, and what people make of them."""
