"""How the world's exports name the columns Relance reads, best name first.

Names are compared in normal form (`headers.normal`): accents, case, punctuation and little words aside, and
every way to write "number" as `numero`. To recognise one more export, add its header here.
"""

from collections.abc import Mapping

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "customer": (
        "nom client", "client nom", "raison sociale client", "nom raison sociale client", "customer name",
        "client name", "nom client facture", "client raison sociale", "raison sociale", "denomination",
        "denomination sociale", "nom societe", "societe cliente", "nom tiers", "intitule tiers",
        "nom debiteur", "intitule client", "invoice partner display name", "partner display name",
        "partner name", "nom partenaire", "partenaire facture", "customer full name", "company name",
        "bill to", "billing name", "client", "customer", "customers", "clients", "debiteur", "debtor",
        "debtor name", "tiers", "partenaire", "partner", "acheteur", "buyer", "societe", "entreprise",
        "company", "intitule", "compte libelle", "compaux lib", "account name", "nom", "name",
    ),
    "code": (
        "code client", "client code", "numero client", "client numero", "reference client", "ref client",
        "client ref", "client reference", "identifiant client", "id client", "client id", "customer code",
        "customer number", "customer numero", "customer id", "customer ref", "customer reference",
        "customer account", "numero client facture", "compte client", "client compte", "code tiers",
        "numero tiers", "numero compte tiers", "compte tiers", "numero compte debiteur", "compte debiteur",
        "compte auxiliaire", "auxiliaire", "account number", "account numero",
        "debtor code", "debtor number", "code",
    ),
    "number": (
        "numero facture", "facture numero", "numero facture client", "reference facture",
        "facture reference", "ref facture", "code facture", "id facture", "numero piece", "piece numero",
        "reference piece", "ref piece", "numero document", "document numero", "reference document",
        "numero facture avoir", "invoice numero", "invoice number", "invoice ref", "invoice reference",
        "invoice id", "invoice code", "document number", "num facture", "invoice num",
        "facture", "factures", "invoice",
        "invoices", "piece", "piece ref", "document", "numero", "number", "reference", "ref",
    ),
    "amount": (
        "montant ttc", "total ttc", "ttc", "montant total ttc", "total facture ttc", "montant facture ttc",
        "montant ttc facture", "prix ttc", "somme ttc", "net a payer", "net a payer ttc",
        "montant toutes taxes", "montant toutes taxes comprises", "amount incl vat", "amount including vat",
        "amount incl tax", "amount inc vat", "amount vat included", "amount including tax",
        "total incl vat", "total including vat", "total incl tax", "total inc vat", "gross amount",
        "amount gross", "gross", "gross total", "total signed", "total currency signed",
        "total amount incl vat", "montant total facture", "montant facture", "montant facture client",
        "total facture", "montant total", "total amount", "invoice amount", "amount invoiced",
        "invoice total", "amount total", "montant initial", "original amount", "montant piece",
        "montant document", "invoice total amount", "total invoice amount", "montant", "total", "amount",
        "somme",
    ),
    "issue": (
        "date facture", "date facturation", "date emission facture", "facture date", "date emission",
        "emission", "emise", "emis", "emise le", "emis le", "facture emise", "facture emise le",
        "date piece", "date document", "document date",
        "invoice date", "date invoice", "issue date", "date issue", "date issued", "issued", "issued on",
        "invoice bill date", "bill date", "invoice issue date", "billing date", "date creation", "created",
        "created date", "date comptable", "date",
    ),
    "due": (
        "date echeance", "echeance", "date echeance facture", "echeance facture", "date limite paiement",
        "date limite reglement", "date limite", "date paiement prevue", "date prevue paiement",
        "date prevue", "date prevue reglement", "paiement prevu", "date exigibilite", "exigible",
        "a payer avant", "a regler avant", "due date", "date due", "invoice due date", "payment due date",
        "payment due", "due", "due on", "expected date", "expected payment date", "pay by", "maturity date",
        "maturity",
    ),
    "status": (
        "statut", "statut paiement", "statut facture", "statut reglement", "etat", "etat paiement",
        "etat facture", "etat reglement", "situation", "status", "payment status", "invoice status",
        "payment state", "state", "invoice state",
    ),
    "payment_status": (
        "statut paiement", "statut reglement", "etat paiement", "etat reglement", "payment status",
        "payment state", "situation paiement", "situation reglement", "paiement",
    ),
    "dispute": (
        "litige", "litiges", "en litige", "facture litige", "motif litige", "statut litige", "contestation",
        "contestee", "facture contestee", "motif contestation", "disputed", "dispute", "is disputed",
        "in dispute", "dispute reason",
    ),
    "blocked": (
        "bloque", "bloquee", "blocage", "motif blocage", "facture bloquee", "suspendu", "suspendue",
        "facture suspendue", "blocked", "on hold", "hold",
    ),
    "do_not_remind": (
        "ne pas relancer", "ne plus relancer", "pas relance", "sans relance", "stop relance",
        "stop relances", "exclure relances", "exclu relances", "exclue relances", "hors relance",
        "relance bloquee", "relances bloquees", "blocage relance", "blocage relances", "bloquer relances",
        "relances desactivees", "do not remind", "do not chase", "no reminder", "no reminders",
        "exclude reminders", "exclude from reminders",
    ),
    "to_remind": (
        "relancable", "a relancer", "relance active", "relances actives", "relances activees",
        "relance automatique", "relances automatiques", "reminders enabled", "send reminders",
        "auto reminders",
    ),
    "promise_on": (
        "date promesse", "promesse paiement", "promesse reglement", "promesse", "date promesse paiement",
        "date promesse reglement", "promesse le", "paiement promis", "paiement promis le", "date promise",
        "promise", "promise date", "promised date", "promise to pay", "promise to pay date", "promised on",
        "promised payment date",
    ),
    "comment": (
        "commentaire", "commentaires", "commentaire interne", "remarque", "remarques", "observation",
        "observations", "note interne", "notes internes", "notes", "comment", "comments",
    ),
    "paid": (
        "montant paye", "montant regle", "montant deja paye", "montant deja regle", "deja paye",
        "deja regle", "total paye", "total regle", "montant encaisse", "encaisse", "total encaisse",
        "montant verse", "acompte verse", "acomptes verses", "montant recu", "paye", "payee", "regle",
        "reglee", "facture payee", "facture reglee", "facture soldee", "soldee", "is paid",
        "amount paid", "paid amount", "already paid", "total paid", "amount already paid",
        "payments received", "payment received", "amount received", "paid", "received",
        "invoice amount paid", "payment amount", "total payments", "montant reglement", "montant paiement",
        "montant reglements", "montant paiements", "montant des reglements", "total reglements",
    ),
    "left": (
        "reste a payer", "reste a payer ttc", "montant reste a payer", "reste a regler", "reste du",
        "montant reste du", "reste du ttc", "restant du", "montant restant du", "solde du",
        "solde restant du", "solde a payer", "solde restant", "montant du", "montant restant",
        "montant restant a payer", "restant a payer", "a encaisser", "reste a encaisser", "montant impaye",
        "impaye", "solde impaye", "encours", "solde facture", "solde ttc", "solde", "amount due",
        "amount due signed", "due amount", "balance due", "amount outstanding", "outstanding",
        "outstanding amount", "outstanding balance", "open amount", "open balance", "amount open",
        "left to pay", "amount left", "amount left to pay", "remaining", "remaining amount",
        "amount remaining", "unpaid amount", "residual", "residual amount", "amount residual", "restant",
        "invoice amount due", "amount still due", "total due", "total outstanding", "invoice balance",
        "balance", "solde client", "solde ouvert", "montant ouvert", "reste", "du", "restant a regler",
        "montant restant a regler", "reste a percevoir", "reste a recevoir", "montant non regle",
    ),
    "paid_on": (
        "date paiement", "date reglement", "date encaissement", "paye le", "regle le", "payment date",
        "paid date", "date paid", "paid on", "settlement date", "settled date", "date settled", "settled on",
        "date reglt",
    ),
    "reminder_1": (
        "relance 1", "date relance 1", "1ere relance", "date 1ere relance", "premiere relance",
        "date premiere relance", "reminder 1", "reminder 1 date", "1st reminder", "first reminder",
    ),
    "reminder_2": (
        "relance 2", "date relance 2", "2e relance", "2eme relance", "date 2e relance",
        "date 2eme relance", "deuxieme relance", "date deuxieme relance", "reminder 2", "reminder 2 date",
        "2nd reminder", "second reminder",
    ),
    "reminder_3": (
        "relance 3", "date relance 3", "3e relance", "3eme relance", "date 3e relance",
        "date 3eme relance", "troisieme relance", "date troisieme relance", "reminder 3",
        "reminder 3 date", "3rd reminder", "third reminder",
    ),
    "last_reminder": (
        "derniere relance", "date derniere relance", "date relance", "relance le", "relance envoyee le",
        "last reminder", "last reminder date", "reminder date",
    ),
    "reminders": (
        "relances effectuees", "nombre relances", "nombre relances effectuees", "nb relances",
        "relances faites", "relances envoyees", "relances", "relance", "niveau relance",
        "derniere relance niveau", "numero relance", "reminders", "reminders made", "reminders sent",
        "number reminders", "reminder count", "reminder level", "numero reminders", "dunning level",
        "reminders done", "nombre relances faites", "nombre de rappels", "rappels effectues", "rappels",
    ),
    "email": (
        "email", "e mail", "mail", "courriel", "adresse email", "adresse e mail", "adresse mail",
        "adresse electronique", "email client", "e mail client", "mail client", "email facturation",
        "e mail facturation", "email comptabilite", "email contact", "email address", "e mail address",
        "billing email", "customer email", "client email", "contact email", "invoice email",
    ),
    "email_reminders": (
        "email relance", "e mail relance", "mail relance", "courriel relance", "adresse relance",
        "email relances", "e mail relances", "mail relances", "email recouvrement", "e mail recouvrement",
        "mail recouvrement", "reminder email", "reminders email", "dunning email", "collection email",
    ),
    "email_accounting": (
        "email comptabilite", "e mail comptabilite", "mail comptabilite", "courriel comptabilite",
        "email compta", "e mail compta", "mail compta", "email facturation", "e mail facturation",
        "mail facturation", "courriel facturation", "accounting email", "billing email", "invoice email",
        "invoicing email", "accounts payable email", "ap email",
    ),
    "phone": (
        "telephone", "tel", "numero telephone", "tel client", "telephone client", "telephone fixe",
        "telephone contact", "mobile", "portable", "telephone portable", "phone", "phone number",
        "phone numero", "telephone number", "customer phone", "contact phone", "client phone",
    ),
    "contact": (
        "contact", "nom contact", "contact nom", "contact client", "interlocuteur", "contact facturation",
        "contact comptabilite", "personne contacter", "personne a contacter", "contact name",
        "contact person", "billing contact", "attention",
    ),
    "siren": (
        "siren", "siret", "numero siren", "numero siret", "siren client", "siret client", "siren siret",
        "siret siren", "numero siren siret", "company registration number", "registration number",
    ),
    "kind": (
        "type client", "client type", "categorie client", "nature client", "customer type", "customer kind",
        "kind", "customer category", "profil client",
    ),
    "language": (
        "langue", "langue client", "language", "customer language", "lang",
    ),
    "manager": (
        "commercial", "commerciale", "nom commercial", "responsable", "responsable client",
        "responsable compte", "responsable commercial", "charge compte", "charge affaires",
        "charge clientele", "charge client", "gestionnaire", "suivi par", "vendeur", "representant",
        "conseiller", "account manager", "account owner", "salesperson", "sales person", "sales rep",
        "sales representative", "owner", "manager",
    ),
    "payer": (
        "payeur", "code payeur", "code client payeur", "numero payeur", "numero client payeur",
        "compte payeur", "compte client payeur", "code tiers payeur", "compte tiers payeur", "tiers payeur",
        "client payeur", "nom payeur", "nom client payeur", "nom tiers payeur", "reference payeur",
        "payer", "payer code", "payer number", "payer id", "payer account", "payer name", "payor",
        "payor name", "payor number", "customer payer", "bill to account", "bill to code",
        "bill to customer", "bill to number", "bill to customer number",
    ),
    "policy": (
        "scenario", "scenario relance", "scenario relances", "plan relance", "profil relance",
        "politique relance", "policy", "reminder policy", "dunning policy", "dunning plan",
    ),
    "order_number": (
        "numero commande", "commande numero", "numero commande client", "numero bon commande",
        "bon commande numero", "bon commande", "reference commande", "commande reference", "ref commande",
        "reference commande client", "commande client", "votre commande", "commande", "numero engagement",
        "purchase order", "purchase order number", "purchase order numero", "po number", "po numero",
        "customer po", "customer po number", "order number", "order numero", "customer order",
        "customer order number", "order ref", "order reference",
    ),
    "means": (
        "mode reglement", "mode paiement", "moyen paiement", "moyen reglement", "mode reglement client",
        "mode paiement client", "mode encaissement", "type reglement", "type paiement", "payment method",
        "method payment", "payment mode", "payment means", "means payment", "payment type",
    ),
    "link": (
        "lien paiement", "lien payer", "lien reglement", "url paiement", "lien paiement ligne",
        "payment link", "payment url", "pay link", "payment page", "hosted invoice url",
    ),
    "pdf": (
        "pdf", "fichier pdf", "chemin pdf", "pdf facture", "facture pdf", "piece jointe", "lien pdf",
        "pdf path", "pdf file", "invoice pdf", "attachment", "fichier",
    ),
    "currency": (
        "devise", "code devise", "devise facture", "monnaie", "currency", "currency code",
        "invoice currency", "idevise",
    ),
    "credit_limit": (
        "plafond credit", "plafond encours", "plafond", "encours autorise", "encours maximum",
        "encours max", "limite credit", "credit limit", "credit maximum",
    ),
    "type": (
        "type", "type piece", "type document", "type facture", "nature", "nature piece",
        "indicateur facture", "document type", "invoice type", "transaction type", "type transaction",
    ),
    "terms": (
        "conditions paiement", "conditions reglement", "condition paiement", "condition reglement",
        "delai paiement", "delai reglement", "delai", "modalites paiement", "modalites reglement",
        "payment terms", "payment term", "terms",
    ),
    "penalty_rate": (
        "taux penalite", "taux penalites", "taux penalites retard", "taux penalite retard",
        "taux interets retard", "taux interet retard", "penalites retard", "penalite retard",
        "interets retard", "penalty rate", "late payment rate", "late fee rate", "late interest rate",
    ),
    "discount_rate": (
        "taux escompte", "escompte", "escompte paiement anticipe", "conditions escompte",
        "early payment discount", "cash discount", "settlement discount", "discount rate",
    ),
    "discount_days": (
        "jours escompte", "delai escompte", "nombre jours escompte", "escompte jours", "discount days",
        "cash discount days", "discount period",
    ),
    "address": (
        "adresse postale", "adresse", "adresse client", "adresse facturation", "adresse complete",
        "adresse siege", "rue", "postal address", "billing address", "address", "street", "customer address",
    ),
    "postcode": (
        "code postal", "cp", "code postal client", "postcode", "postal code", "zip code", "zip",
    ),
    "city": (
        "ville", "commune", "localite", "ville client", "city", "town",
    ),
    "address_form": (
        "tutoiement", "tu vous", "tu ou vous", "vouvoiement tutoiement", "form address",
    ),
    "statement": (
        "releve", "releve compte", "releves", "releve mensuel", "statement", "account statement",
        "statement account",
    ),
}  # fmt: skip

NEARER = (("email", ("email_reminders", "email_accounting")), ("status", ("payment_status",)))
"""Fields, each with those that say it more nearly: the only one of them in a file is that field alone."""

NEVER_AN_AMOUNT = frozenset(
    ["ht", "hors", "tva", "vat", "tax", "taxe", "taxes", "untaxed", "net", "taux", "horst"]
)
"""Words beside which « montant » or « total » is not what the customer owes."""
