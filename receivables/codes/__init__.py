"""Codes that the rooms share, each set an enum with one table that says all there is to know of a member."""
