"""The calendar and its words."""
