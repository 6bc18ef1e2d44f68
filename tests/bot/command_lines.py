"""Command lines as people could type them, each with what it means; and a reading of echoes of our own.

Nothing here uses the product's reading of texts: what an echo says is found again by patterns written for it.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

FACTURES = {
    "FAC-12": ("Hôtel de la Plage", Decimal("2831.66")),
    "FAC-21": ("Restaurant Le 12", Decimal("700.00")),
    "FAC-31": ("Le Bris Yann", Decimal("600.00")),
    "FAC-41": ("Carte Blanche", Decimal("900.00")),
    "FAC-51": ("Garage 2000", Decimal("5000.00")),
    "FAC-61": ("Traiteur du 15 Août", Decimal("1200.00")),
    "FAC-140": ("Garage Martin", Decimal("100.00")),
    "FAC-142": ("Garage Martin", Decimal("3916.76")),
    "FAC-143": ("Garage Martin", Decimal("1557.23")),
    "FAC-500": ("Solde et Fils", Decimal("800.00")),
    "2026-0012": ("À la Moitié", Decimal("450.00")),
}
"""The number of each invoice, whose it is, and what is owed."""
NAMES = {name: number for number, (name, _) in FACTURES.items() if name != "Garage Martin"}
_PLAIN = str.maketrans("ÔÛÀÉ", "OUAE")
TODAY = date(2026, 11, 23)
DAYS = {
    "hier": date(2026, 11, 22), "le 15/11": date(2026, 11, 15), "15/11/2026": date(2026, 11, 15),
    "le 20": date(2026, 11, 20), "yesterday": date(2026, 11, 22), "avant-hier": date(2026, 11, 21),
    "le 15 novembre": date(2026, 11, 15), "vendredi dernier": date(2026, 11, 20), "le 25": date(2026, 10, 25),
}  # fmt: skip
DAYS_TO_COME = {
    "le 15/12": date(2026, 12, 15), "le 20": date(2026, 12, 20), "demain": date(2026, 11, 24),
    "15/12/2026": date(2026, 12, 15), "vendredi prochain": date(2026, 11, 27),
    "le 25": date(2026, 11, 25),
}  # fmt: skip
AMOUNTS = {
    "500": Decimal("500.00"), "500 €": Decimal("500.00"), "1 200,50 €": Decimal("1200.50"),
    "143": Decimal("143.00"),
    "99,90": Decimal("99.90"), "1200.50": Decimal("1200.50"), "12": Decimal("12.00"),
    "450 euros": Decimal("450.00"),
    "2 000": Decimal("2000.00"), "7": Decimal("7.00"), "300,00 eur": Decimal("300.00"),
}  # fmt: skip
ALL, HALF = ("solde", "le solde", "le reste", "tout"), ("moitié", "la moitié", "half")
MEANS = {
    "par virement": "par virement", "by card": "par carte", "en espèces": "en espèces",
    "par chèque": "par chèque",
    "virement": "par virement", "par carte": "par carte", "chq": "par chèque",
}  # fmt: skip
JUNK = ("bidule", "∞", "merci bcp", "12/13", "dont frais", "x2", "€€", "??", "500 600", "1.234", "-5", "0")


@dataclass(frozen=True)
class Line:
    """A line, and what somebody who types it wants: the invoices, how much, when."""

    text: str
    numbers: tuple[str, ...] = ()
    amount: Decimal | None = None
    day: date | None = None
    means: str = ""
    reference: str = ""
    clear: bool = True


def _named(rnd: Random) -> tuple[str, tuple[str, ...]]:
    """Return words that mean an invoice or several, and which."""
    number = rnd.choice(list(FACTURES))
    name = rnd.choice(list(NAMES))
    shapes = (
        (number, (number,)),
        (number.lower().replace("-", " ", 1), (number,)),
        (f"facture {number}", (number,)),
        (number.replace("-", "", 1), (number,)),
        (name, (NAMES[name],)),
        (name.lower(), (NAMES[name],)),
        (
            name.upper().replace("Ô", "O").replace("Û", "U").replace("À", "A").replace("É", "E"),
            (NAMES[name],),
        ),
        (f"client {name}", (NAMES[name],)),
        (f"{NAMES[name]} {name}", (NAMES[name],)),
        ("FAC-142 et FAC-143", ("FAC-142", "FAC-143")),
        ("FAC-142, FAC-143", ("FAC-142", "FAC-143")),
        ("FAC-140 et 142", ("FAC-140", "FAC-142")),
        (number.rpartition("-")[2], (number,)),
        ("142 143", ("FAC-142", "FAC-143")),
        ("FAC-140 à 143", ("FAC-140", "FAC-142", "FAC-143")),
        ("Garage Martin", ("FAC-140", "FAC-142", "FAC-143")),
        ("Garage Martin FAC-142, FAC-143", ("FAC-142", "FAC-143")),
        ("Garage Martin 142 et 143", ("FAC-142", "FAC-143")),
        ("Garage Martin 142 143", ("FAC-142", "FAC-143")),
        (f"SARL {name}", (NAMES[name],)),
        (f"{name.upper()} SAS", (NAMES[name],)),
        (f"acompte {number}", (number,)),
    )
    return rnd.choice(shapes)


def _amount(rnd: Random, owed: Decimal) -> tuple[str, Decimal]:
    """Return words that say how much, and how much that is of what is owed."""
    kind = rnd.random()
    if kind < 0.2:
        return "", owed
    if kind < 0.3:
        return rnd.choice(ALL), owed
    if kind < 0.4:
        return rnd.choice(HALF), (owed / 2).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    typed = rnd.choice(list(AMOUNTS))
    return rnd.choice(("", "", "de ", "reçu ")) + typed, AMOUNTS[typed]


def payment(rnd: Random) -> Line:
    """Return a line of /paye: a name, then amount, day and means in any order, sometimes the amount first."""
    named, numbers = _named(rnd)
    typed, amount = _amount(rnd, sum((FACTURES[each][1] for each in numbers), Decimal(0)))
    day = rnd.choice(["", "", *DAYS])
    means = rnd.choice(["", "", *MEANS])
    reference = rnd.choice(["", "n° 77", "n° 0012345"]) if MEANS.get(means) == "par chèque" else ""
    parts = [part for part in (typed, day, f"{means} {reference}".strip()) if part]
    rnd.shuffle(parts)
    words = [named, *parts]
    if typed in AMOUNTS and rnd.random() < 0.15:
        words = [typed, named, *(part for part in parts if part != typed)]
    junk = rnd.random() < 0.1
    if junk:
        words.insert(rnd.randrange(1, len(words) + 1), rnd.choice(JUNK))
    return Line(
        f"/paye {' '.join(words)}",
        numbers,
        amount,
        DAYS.get(day, TODAY),
        MEANS.get(means, ""),
        reference or ("acompte" if named.startswith("acompte ") else ""),
        not junk,
    )


def promise(rnd: Random) -> Line:
    """Return a line that notes a promise, by a call or by itself."""
    named, numbers = _named(rnd)
    typed, amount = _amount(rnd, sum((FACTURES[each][1] for each in numbers), Decimal(0)))
    day = rnd.choice(list(DAYS_TO_COME))
    parts = [part for part in (typed, day) if part]
    rnd.shuffle(parts)
    verb = rnd.choice(("/relances promesse {} {}", "/appel {} promet {}", "/appel {} a promis de payer {}"))
    return Line(verb.format(named, " ".join(parts)), numbers, amount, DAYS_TO_COME[day])


def other(rnd: Random) -> Line:
    """Return a line that may do anything, or nothing."""
    words = [
        rnd.choice((_named(rnd)[0], *AMOUNTS, *DAYS, *MEANS, *JUNK, *ALL)) for _ in range(rnd.randrange(6))
    ]
    command = rnd.choice(("/paye", "/appel", "/relances promesse", "/relances avoir", "/relances pause"))
    return Line(f"{command} {' '.join(words)}".strip(), clear=False)


@dataclass(frozen=True)
class Told:
    """What an echo says was done."""

    what: str
    amount: Decimal
    day: date
    parts: dict[str, Decimal]
    """What of it is set on each invoice, as far as the echo says so."""
    left: dict[str, Decimal]
    """What is left to pay of each, as far as the echo says so."""
    means: str = ""
    reference: str = ""


_MONTHS = [
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
]  # fmt: skip
_SUM = r"([0-9][0-9 ]*,[0-9]{2}) €"
_PAID = re.compile(
    rf"^<@U0MARIE> a noté \*{_SUM}\* reçus le (\d\d)/(\d\d)/(\d{{4}})"
    r"(?: (par [a-zèé ]+?|en espèces))?(?: \(([^)]*)\))? pour (.*)$"
)
_CREDITED = re.compile(rf"^<@U0MARIE> a noté l’avoir \*[^*]*\d[^*]*\* de \*{_SUM}\*")
_PROMISED = re.compile(rf"\*{_SUM}\* pour le \*\w+ (\d+)(?:er)? (\w+) (\d{{4}})\*")


def money(written: str) -> Decimal:
    """Return an amount as the product writes it."""
    return Decimal(written.replace(" ", "").replace(",", "."))


def told(text: str) -> Told | None:
    """Return what an echo says of money, a credit note or a promise; None when it says nothing of them."""
    found = _PAID.match(text)
    if found:
        return _paid(found)
    credited = _CREDITED.match(text)
    if credited:
        parts = {
            number: money(part)
            for part, number in re.findall(rf"{_SUM} en sont déduits de \*([^*]+)\*", text)
        }
        return Told("credit", money(credited[1]), date.min, parts, {})
    promised = _PROMISED.search(text)
    if promised:
        day = date(int(promised[4]), _MONTHS.index(promised[3]) + 1, int(promised[2]))
        about = re.search(r"(?:au sujet de|sur) \*([^*]+)\*", text)
        numbers = re.findall(r"FAC-\d+|2026-\d+", about[1]) if about else []
        return Told("promise", money(promised[1]), day, dict.fromkeys(numbers, Decimal(0)), {})
    return None


def _paid(found: re.Match[str]) -> Told:
    amount, rest = money(found[1]), found[7]
    day = date(int(found[4]), int(found[3]), int(found[2]))
    one = re.match(r"\*([^*]+)\* \(", rest)
    if one:
        credit = re.search(rf"les {_SUM} de trop", rest)
        over = money(credit[1]) if credit else Decimal(0)
        left = re.search(rf"Il reste {_SUM} à payer\.", rest)
        parts = {one[1]: amount - over}
        remains = {one[1]: money(left[1]) if left else Decimal(0)}
        return Told("payment", amount, day, parts, remains, found[5] or "", found[6] or "")
    parts = {number: money(part) for part, number in re.findall(rf"{_SUM} sur \*([^*]+)\*", rest)}
    remains = {number: money(left) for left, number in re.findall(rf"{_SUM} à payer sur \*([^*]+)\*", rest)}
    return Told("payment", amount, day, parts, remains, found[5] or "", found[6] or "")
