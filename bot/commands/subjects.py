"""What `/relances <word> …` speaks of besides the list: each word has its conversation and its role."""

from collections.abc import Mapping

from bot.front import Rule

SUBJECTS: Mapping[str, Rule] = {}
"""By the word as typed, accents and case aside. The rest of the text goes to the conversation."""
