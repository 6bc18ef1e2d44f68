"""Letting ourselves in at mail servers with tokens (OAuth 2, XOAUTH2) in place of passwords."""
