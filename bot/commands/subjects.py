"""What `/relances <word> …` speaks of besides the list: each word has its conversation and its role."""

from collections.abc import Mapping

from bot import agreement_rules
from bot.access import COMMERCIAL, FINANCE
from bot.commands import (
    apercu,
    carte,
    dossier,
    escompte,
    fiche,
    lettre,
    penalites,
    releve,
    reponses,
    taches,
    taux,
)
from bot.front import Rule

SUBJECTS: Mapping[str, Rule] = {
    "penalites": Rule(penalites.run, COMMERCIAL),
    "penalite": Rule(penalites.run, COMMERCIAL),
    "taux": Rule(taux.run, COMMERCIAL),
    "escompte": Rule(escompte.run, COMMERCIAL),
    "dossier": Rule(dossier.run, FINANCE),
    "carte": Rule(carte.run, COMMERCIAL),
    "taches": Rule(taches.run, COMMERCIAL),
    "tache": Rule(taches.run, COMMERCIAL),
    "apercu": Rule(apercu.run, COMMERCIAL),
    "lettre": Rule(lettre.run, FINANCE),
    "releve": Rule(releve.run, FINANCE),
    "fiche": Rule(fiche.run, COMMERCIAL),
    "reponses": Rule(reponses.unread, COMMERCIAL),
    "a-classer": Rule(reponses.to_file, COMMERCIAL),
    **agreement_rules.SUBJECTS,
}
"""By the word as typed, accents and case aside. The rest of the text goes to the conversation."""
