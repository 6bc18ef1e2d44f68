"""Dates as people type them, on Monday 23 November 2026."""

from datetime import date

import pytest

from bot.typed.dates import Side, looks_like, read_date
from receivables.errors import Refused
from tests.refusals import refused

TODAY = date(2026, 11, 23)
PAST, FUTURE = Side.PAST, Side.FUTURE


@pytest.mark.parametrize(
    ("typed", "side", "day"),
    [
        ("15/11", PAST, (2026, 11, 15)),
        ("15/12", FUTURE, (2026, 12, 15)),
        ("15/01", FUTURE, (2027, 1, 15)),
        ("15/11/2026", FUTURE, (2026, 11, 15)),
        ("15.11.2026", PAST, (2026, 11, 15)),
        ("15/11/26", PAST, (2026, 11, 15)),
        ("2026-11-15", PAST, (2026, 11, 15)),
        ("le 15 novembre", PAST, (2026, 11, 15)),
        ("1er décembre", FUTURE, (2026, 12, 1)),
        ("LE 1ER DÉC.", FUTURE, (2026, 12, 1)),
        ("lundi 16 novembre 2026", PAST, (2026, 11, 16)),
        ("vendredi 13", PAST, (2026, 11, 13)),
        ("lundi 30", FUTURE, (2026, 11, 30)),
        ("vendredi 4", FUTURE, (2026, 12, 4)),
        ("vendredi 13/11", PAST, (2026, 11, 13)),
        ("reçu le 15", PAST, (2026, 11, 15)),
        ("d’ici le 30", FUTURE, (2026, 11, 30)),
        ("hier", PAST, (2026, 11, 22)),
        ("avant-hier", PAST, (2026, 11, 21)),
        ("aujourd’hui", PAST, (2026, 11, 23)),
        ("demain", FUTURE, (2026, 11, 24)),
        ("après-demain", FUTURE, (2026, 11, 25)),
        ("vendredi", PAST, (2026, 11, 20)),
        ("vendredi", FUTURE, (2026, 11, 27)),
        ("vendredi dernier", PAST, (2026, 11, 20)),
        ("vendredi prochain", FUTURE, (2026, 11, 27)),
        ("vendredi en huit", FUTURE, (2026, 12, 4)),
        ("d’ici vendredi", FUTURE, (2026, 11, 27)),
        ("fin du mois", FUTURE, (2026, 11, 30)),
        ("fin du mois prochain", FUTURE, (2026, 12, 31)),
        ("fin février", FUTURE, (2027, 2, 28)),
        ("dans quinze jours", FUTURE, (2026, 12, 8)),
        ("sous huitaine", FUTURE, (2026, 12, 1)),
        ("dans un mois", FUTURE, (2026, 12, 23)),
        ("il y a 3 jours", PAST, (2026, 11, 20)),
        ("le 12", PAST, (2026, 11, 12)),
        ("le 25", FUTURE, (2026, 11, 25)),
        ("le 25", PAST, (2026, 10, 25)),
        ("le 12", FUTURE, (2026, 12, 12)),
        ("le 31", PAST, (2026, 10, 31)),
        ("le 31", FUTURE, (2026, 12, 31)),
        ("1er", PAST, (2026, 11, 1)),
        ("1er", FUTURE, (2026, 12, 1)),
    ],
)
def test_a_date_is_understood(typed: str, side: Side, day: tuple[int, int, int]) -> None:
    assert looks_like(typed)
    assert read_date(typed, today=TODAY, side=side) == date(*day)


@pytest.mark.parametrize(
    ("typed", "side", "question"),
    [
        ("03/04/05", PAST, "plusieurs façons"),
        ("26/11/25", PAST, "plusieurs façons"),
        ("12", PAST, "ne dit pas le mois"),
        ("15/12", PAST, "n’est pas encore passé cette année"),
        ("15/11", FUTURE, "de quelle année"),
        ("lundi", PAST, "c’est aujourd’hui ou une autre semaine"),
        ("mardi 16 novembre 2026", PAST, "est un lundi, pas un mardi"),
        ("mardi 13", PAST, "est un vendredi, pas un mardi"),
        ("jeudi 13/11", PAST, "est un vendredi, pas un jeudi"),
        ("31/02", PAST, "n’existe pas"),
        ("30/02/2026", PAST, "n’existe pas"),
        ("fin du mois", PAST, "pas encore passé"),
        ("la semaine prochaine", FUTURE, "trop vague"),
        ("sous 3 jours ouvrés", FUTURE, "trop vague"),
        ("début décembre", FUTURE, "trop vague"),
        ("15/11/2062", FUTURE, "plus de trois ans"),
        ("un de ces jours", FUTURE, "pas compris"),
        ("", FUTURE, "pas compris"),
    ],
)
def test_what_could_be_two_dates_is_asked(typed: str, side: Side, question: str) -> None:
    with refused(Refused, match=question):
        read_date(typed, today=TODAY, side=side)
