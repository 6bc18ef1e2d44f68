"""What `/relances <word> …` speaks of besides the list: each word has its conversation and its role."""

from collections.abc import Mapping

from bot import agreement_routes as agreement_rules
from bot import preview as apercu
from bot import statements as releve
from bot.customers import command as fiche
from bot.dossier import command as dossier
from bot.letters import command as lettre
from bot.morning import command as carte
from bot.penalties import command as penalites
from bot.penalties import discounts as escompte
from bot.penalties import rates as taux
from bot.replies import command as reponses
from bot.slack.access import COMMERCIAL, FINANCE
from bot.slack.front import Rule
from bot.tasks import command as taches

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
