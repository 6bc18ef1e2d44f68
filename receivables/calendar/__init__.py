"""The calendar: open days, sums with months, and the words for months and days."""
