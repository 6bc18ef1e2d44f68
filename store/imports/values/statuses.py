"""What words of a column of statuses say of an invoice (SCHEDULE 28); compared folded.

The whole cell first, then the longest phrases on word boundaries: « en attente de validation » is not « en
attente », « non payé » is not « payé ». Of several in one cell the first in the order of SCHEDULE 10 holds.
To know one more word, add it here.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias

from receivables.codes.files import FileMeaning, FileStanding
from receivables.text import fold

Told: TypeAlias = FileMeaning | FileStanding

PHRASES: Mapping[Told, tuple[str, ...]] = {
    FileStanding.DRAFT: (
        "brouillon", "brouillons", "draft", "drafts", "proforma", "pro forma", "a valider", "prov",
        "provisoire", "non valide", "non validee", "pas valide", "pas validee", "awaiting approval",
        "a emettre", "non emise", "non envoyee brouillon", "a facturer",
    ),
    FileStanding.PAID: (
        "paye", "payee", "payes", "payees", "regle", "reglee", "regles", "reglees", "paid", "soldee",
        "soldees", "acquitte", "acquittee", "acquittes", "acquittees", "encaisse", "encaissee", "encaisses",
        "encaissees", "settled", "closed", "212", "212 encaissee", "lettree", "lettrees", "fully paid",
        "paid in full", "entierement payee", "totalement payee", "deposited", "pointee",
    ),
    FileStanding.PARTIAL: (
        "partiel", "partielle", "partial", "partially paid", "part paid", "partiellement", "partially",
        "partiellement paye", "partiellement payee", "partiellement regle", "partiellement reglee",
        "partiellement soldee", "partiellement encaissee", "partiellement acquittee", "paiement partiel",
        "reglement partiel", "encaissement partiel", "partial payment", "payee en partie",
        "paye en partie", "reglee en partie", "regle en partie", "partly paid", "acompte", "acompte recu",
        "acompte verse", "acompte paye", "acompte regle", "acompte encaisse", "deposit paid",
        "in part paid", "partially settled", "non totalement payee", "pas totalement payee",
        "non entierement payee",
    ),
    FileStanding.OWED: (
        "a payer", "non paye", "non payee", "non payes", "non payees", "pas paye", "pas payee",
        "pas encore paye", "pas encore payee", "not paid", "not yet paid", "impaye", "impayee", "impayes",
        "impayees", "unpaid", "overdue", "past due", "due", "en retard", "retard", "late", "echu", "echue",
        "echus", "echues", "non echu", "non echue", "a echoir", "not due", "not due yet", "a regler",
        "non regle", "non reglee", "non regles", "non reglees", "pas regle", "pas reglee",
        "pas encore regle", "pas encore reglee", "non soldee", "non soldees", "pas soldee", "non acquitte",
        "non acquittee", "non encaisse", "non encaissee", "pas encaissee", "a encaisser", "non lettree",
        "not settled", "unsettled", "outstanding", "awaiting payment", "exigible", "ouvert", "ouverte",
        "ouverts", "ouvertes", "open", "solde du", "solde a payer", "solde restant", "reste a payer",
        "reste du", "restant du", "payment failed", "failed payment", "to pay", "to be paid", "a venir",
        "upcoming", "en attente de paiement", "en attente de reglement", "attente paiement",
        "attente reglement", "payable",
    ),
    FileStanding.ISSUED: (
        "en attente", "attente", "pending", "envoye", "envoyee", "envoyes", "envoyees", "sent", "posted",
        "valide", "validee", "emise", "emis", "emises", "issued", "relance", "relancee", "relances",
        "relancees", "relance envoyee", "lettre de relance", "en cours", "comptabilise", "comptabilisee",
        "facture", "facturee", "facture client", "depot", "deposee", "200", "200 deposee", "201", "202",
        "203", "204", "205", "209", "214", "recue", "mise a disposition", "prise en charge", "approuvee",
        "approved", "authorised", "authorized", "completee", "visee", "viewed", "vue", "transmise",
        "delivered", "finalise", "finalisee", "finalized", "definitive", "confirmee", "confirmed",
        "normal", "normale", "active", "imprimee", "printed", "exportee",
    ),
    FileMeaning.WITHDRAWN: (
        "annule", "annulee", "annules", "annulees", "cancelled", "canceled", "void", "voided", "supprime",
        "supprimee", "deleted", "220", "220 annulee", "reversed", "extourne", "extournee",
        "annulee par avoir", "annule par avoir",
    ),
    FileMeaning.REFUSED: (
        "refuse", "refusee", "refused", "rejete", "rejetee", "rejected", "210", "210 refusee", "213",
        "213 rejetee", "irrecevable", "501", "501 irrecevable",
    ),
    FileMeaning.DISPUTED: (
        "litige", "litiges", "litigieux", "litigieuse", "en litige", "conteste", "contestee", "contestation",
        "contestes", "contestees", "disputed", "dispute", "in dispute", "bloque litige", "bloquee litige",
        "207", "207 en litige", "206", "206 approuvee partiellement", "approuvee partiellement",
        "reclamation", "reclamation client",
    ),
    FileMeaning.PAUSED: (
        "suspendu", "suspendue", "suspendus", "suspendues", "suspended", "208", "208 suspendue",
        "en attente de validation", "en attente validation", "attente de validation", "attente validation",
        "pending approval", "bloque", "bloquee", "bloques", "bloquees", "blocked", "ne pas relancer",
        "ne plus relancer", "on hold", "hold", "do not remind", "en pause", "pause", "paused",
    ),
    FileMeaning.PAYMENT_LEFT: (
        "paiement transmis", "211", "211 paiement transmis", "virement emis", "virement en cours",
        "virement effectue", "paiement emis", "paiement en cours", "reglement en cours", "en paiement",
        "en cours de paiement", "en cours de reglement", "en cours d encaissement", "processing",
        "in payment", "payment in progress", "payinprogress", "paiement envoye", "cheque envoye",
    ),
    FileMeaning.PROMISED: (
        "promesse", "promesses", "promise", "promised", "promesse de paiement", "promesse de reglement",
        "promise to pay", "paiement promis", "echeancier", "echeancier accorde", "plan de paiement",
        "payment plan", "plan d apurement",
    ),
    FileMeaning.LOST: (
        "irrecouvrable", "irrecouvrables", "perte", "pertes", "passe en perte", "passee en perte",
        "pertes et profits", "write off", "writeoff", "written off", "uncollectible", "bad debt",
        "creance irrecouvrable",
    ),
    FileMeaning.COLLECTION: (
        "contentieux", "recouvrement", "en recouvrement", "huissier", "remise a l huissier",
        "commissaire de justice", "avocat", "collection", "in collection", "collections", "injonction",
        "injonction de payer", "procedure judiciaire", "collection agency", "societe de recouvrement",
    ),
    FileMeaning.INSOLVENCY: (
        "redressement", "redressement judiciaire", "liquidation", "liquidation judiciaire", "sauvegarde",
        "procedure de sauvegarde", "procedure collective", "bankrupt", "bankruptcy", "insolvent",
        "insolvency",
    ),
    FileMeaning.CREDITED: (
        "avoir", "avoirs", "avoir emis", "avoir etabli", "compense", "compensee", "compenses", "compensees",
        "credited", "credit note", "credit note issued",
    ),
}  # fmt: skip
"""The phrases of each thing that is told."""
_TOLD = {phrase: told for told, phrases in PHRASES.items() for phrase in phrases}
_WHOLE = {"solde": FileStanding.PAID, "soldes": FileStanding.PAID, "lettre": FileStanding.PAID}
"""Words that say so as a whole cell only: « solde » and « lettre » are things, too."""
_LONGEST = max(phrase.count(" ") + 1 for phrase in _TOLD)
ORDER: tuple[Told, ...] = (
    FileStanding.DRAFT, FileStanding.PAID, FileMeaning.CREDITED, FileMeaning.WITHDRAWN, FileMeaning.LOST,
    FileMeaning.COLLECTION, FileMeaning.REFUSED, FileMeaning.INSOLVENCY, FileMeaning.DISPUTED,
    FileMeaning.PROMISED_ON, FileMeaning.PAYMENT_LEFT, FileMeaning.PROMISED, FileMeaning.PAUSED,
    FileMeaning.CONTRADICTED, FileMeaning.PART_PAID, FileMeaning.COMMENTED, FileMeaning.UNKNOWN,
    FileStanding.PARTIAL, FileStanding.OWED, FileStanding.ISSUED,
)  # fmt: skip
"""Which of several things told holds (SCHEDULE 10), a draft before all: it is no invoice."""
_USED_CREDIT = frozenset(
    ["impute", "imputee", "utilise", "utilisee", "consomme", "consommee", "applied", "used", "allocated"]
)
_NEGATIONS = frozenset(
    ["non", "pas", "not", "no", "jamais", "never", "sans", "hors", "aucun", "aucune", "without", "ni"]
)
_OVER = frozenset(
    ["resolu", "resolue", "clos", "close", "leve", "levee", "termine", "terminee", "resolved", "over"]
)
_LATE = frozenset(["late", "retard", "overdue"])
_LIMITS = frozenset(
    [
        "partiellement",
        "partiel",
        "partielle",
        "partially",
        "partly",
        "partie",
        "part",
        "moitie",
        "presque",
        "sauf",
    ]
)
_BESIDE_PAID = frozenset(
    [
        "facture",
        "factures",
        "invoice",
        "client",
        "le",
        "la",
        "les",
        "l",
        "on",
        "the",
        "by",
        "par",
        "en",
        "of",
        "du",
        "de",
        "d",
        "e",
        "es",
        "via",
        "a",
        "au",
        "integralement",
        "integralite",
        "totalement",
        "entierement",
        "total",
        "totale",
        "complet",
        "complete",
        "completement",
        "fully",
        "full",
        "virement",
        "cheque",
        "cb",
        "carte",
        "bancaire",
        "especes",
        "prelevement",
        "paypal",
        "stripe",
        "sepa",
        "transfer",
        "card",
        "cash",
        "bank",
        "banque",
        "ce",
        "jour",
        "e",
        "s",
        "date",
        "merci",
        "thanks",
        "oui",
        "yes",
        "ok",
        "ttc",
        "eur",
        "euros",
    ]
)
"""Words that leave « payé » what it is; others make it a word that nobody knows."""
_IN_PART: Mapping[Told, Told] = {
    FileStanding.PAID: FileStanding.PARTIAL,
    FileStanding.OWED: FileStanding.PARTIAL,
    FileStanding.ISSUED: FileStanding.PARTIAL,
    **dict.fromkeys(
        (FileMeaning.CREDITED, FileMeaning.WITHDRAWN, FileMeaning.LOST, FileMeaning.REFUSED),
        FileMeaning.UNKNOWN,
    ),
}
"""What is told in part only."""
_SHORT = 3
"""Words of a cell in which « pas », « sans », « no » deny all of it."""
_DOUBT = "?"
_DATES = re.compile(r"\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{2,4})?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ACCENTED = (("soldé", "soldée"), ("lettré", "lettrée"))
_LOST = re.compile(r"[?\ufffd]+")
_PROVISIONAL = re.compile(r"\A\W*PROV\d+\b")
"""Dolibarr's numbers of what is no invoice yet."""
_NIL = re.compile(r"[\s\-–—_./\\*:]*\Z")


@lru_cache(maxsize=4096)
def read(value: str) -> Told | None:
    """Return what a status tells; None for an empty cell or a dash."""
    if _NIL.match(value):
        return None
    if _PROVISIONAL.search(value):
        return FileStanding.DRAFT
    words = _words(_DATES.sub(" ", value))
    whole = " ".join(words)
    if whole in _TOLD or whole in _WHOLE:
        return _TOLD.get(whole) or _WHOLE[whole]
    found, rest = _phrases(words)
    told = min(found, key=ORDER.index, default=FileMeaning.UNKNOWN)
    return FileMeaning.UNKNOWN if _DOUBT in rest else _among(told, set(found), rest, value)


def _among(told: Told, found: set[Told], rest: set[str], value: str) -> Told:
    """Return what a cell tells whose first phrase stands among others, or among words that change it."""
    if told in {FileMeaning.DISPUTED, FileMeaning.PAUSED} and rest & _OVER:
        return FileStanding.ISSUED
    if rest & _NEGATIONS:
        return FileStanding.OWED if told is FileStanding.PAID else FileMeaning.UNKNOWN
    if rest & _LIMITS or FileStanding.PARTIAL in found or "%" in value:
        return _IN_PART.get(told, told)
    return _paid(found, rest, value) if told is FileStanding.PAID else told


def _paid(found: set[Told], rest: set[str], value: str) -> Told:
    """Return what a cell tells that says « payé » among other things."""
    if any(isinstance(told, FileMeaning) for told in found):
        return FileMeaning.UNKNOWN  # « litige réglé » is no payment
    if FileStanding.OWED in found and not _LATE & set(fold(value).split()):
        return FileStanding.PARTIAL
    return FileStanding.PAID if rest <= _BESIDE_PAID else FileMeaning.UNKNOWN


def meaning(value: str) -> FileMeaning | None:
    """Return the fact that a status tells; None where it says no more than the amounts, or nothing."""
    told = read(value)
    return told if isinstance(told, FileMeaning) else None


def says_unpaid(value: str) -> bool:
    """Whether a status says in so many words that nothing came: of a direct debit it is asked about."""
    folded = fold(value)
    return any(word.startswith("impaye") for word in folded.split()) or any(
        phrase in folded for phrase in ("unpaid", "non paye", "not paid")
    )


@lru_cache(maxsize=1024)
def speaks_of(value: str) -> frozenset[Told]:
    """Return all that a longer text speaks of, whatever else it says."""
    return frozenset(_phrases(_words(value))[0])


@lru_cache(maxsize=1024)
def says_none(value: str) -> bool:
    """Whether a cell says that there is nothing, or nothing any more: « sans litige », « levé »."""
    words = set(fold(value).split())
    return not words or bool(words & _OVER) or bool(words & (_NEGATIONS - {"ne"}) and len(words) <= _SHORT)


def used_up(value: str) -> bool:
    """Whether the status of a credit note says that nothing is left of it."""
    return bool(_USED_CREDIT & set(fold(value).split()))


def _phrases(words: list[str]) -> tuple[list[Told], set[str]]:
    """Return what the phrases of a cell tell, the longest taken first, and the words that are in none."""
    left: list[str | None] = list(words)
    found: list[Told] = []
    for size in range(min(len(words), _LONGEST), 0, -1):
        for start in range(len(words) - size + 1):
            run = left[start : start + size]
            told = None if None in run else _TOLD.get(" ".join(map(str, run)))
            if told is not None:
                found.append(told)
                left[start : start + size] = [None] * size
    return found, {word for word in left if word is not None}


def _words(value: str) -> list[str]:
    """Return the folded words; one that lost its accents (`Pay?`) is taken for the known one it matches."""
    plain = _CAMEL.sub(" ", value)
    for masculine, feminine in _ACCENTED:
        plain = re.sub(rf"{masculine}\b", feminine, plain, flags=re.IGNORECASE)
    return list(_found_again(plain)) if _LOST.search(plain) else fold(plain).split()


def _found_again(value: str) -> Iterator[str]:
    for word in value.casefold().split():
        if not _LOST.search(word):
            yield from fold(word).split()
            continue
        pattern = re.compile("[a-z]{1,2}".join(re.escape(fold(part)) for part in _LOST.split(word)))
        known = [each for each in _TOLD if fold(word) not in _TOLD and pattern.fullmatch(each)]
        yield known[0] if len({_TOLD[each] for each in known}) == 1 else _DOUBT
