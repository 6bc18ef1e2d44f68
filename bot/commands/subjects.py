"""What `/relances <word> …` speaks of besides the list: each word has its conversation and its role."""

from collections.abc import Mapping

from bot.access import COMMERCIAL
from bot.commands import fiche, reponses, taches
from bot.front import Rule

SUBJECTS: Mapping[str, Rule] = {
    "taches": Rule(taches.run, COMMERCIAL),
    "tache": Rule(taches.run, COMMERCIAL),
    "fiche": Rule(fiche.run, COMMERCIAL),
    "reponses": Rule(reponses.unread, COMMERCIAL),
    "a-classer": Rule(reponses.to_file, COMMERCIAL),
}
"""By the word as typed, accents and case aside. The rest of the text goes to the conversation."""
