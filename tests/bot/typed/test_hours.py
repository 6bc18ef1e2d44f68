"""Hours as people type them, and when a call is to be made again."""

from datetime import date, time

import pytest

from bot.typed.calls import call
from bot.typed.hours import read_hour, read_wait
from bot.typed.values import CallAgain, Understood
from receivables.codes.calls import CallResult
from receivables.errors import Refused
from receivables.language import Language
from tests.refusals import refused

TODAY = date(2026, 11, 23)
"""A Monday."""
TOMORROW = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("14 h", time(14)),
        ("14h", time(14)),
        ("à 14h30", time(14, 30)),
        ("vers 9 h 05", time(9, 5)),
        ("14:30", time(14, 30)),
        ("10 heures", time(10)),
        ("à 8", time(8)),
        ("3 h de l’après-midi", time(15)),
        ("midi", time(12)),
        ("ce matin", time(9)),
        ("l’après-midi", time(14)),
        ("en fin de matinée", time(11)),
        ("14", None),
        ("25 h", None),
        ("14 h 75", None),
        ("le 14", None),
        ("à 5", None),
        ("jeudi", None),
    ],
)
def test_an_hour(text: str, hour: time | None) -> None:
    assert read_hour(text) == hour


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("dans une heure", 60),
        ("dans 2 h", 120),
        ("dans 20 minutes", 20),
        ("dans une demi-heure", 30),
        ("dans un quart d’heure", 15),
        ("dans 2 jours", None),
        ("dans 0 minutes", None),
    ],
)
def test_a_while(text: str, minutes: int | None) -> None:
    assert read_wait(text) == minutes


def said(line: str) -> Understood:
    return call(line, TODAY, Language.FR)


@pytest.mark.parametrize(
    ("rest", "again", "note"),
    [
        ("rappeler demain 14 h", (TOMORROW, CallAgain(time(14))), ""),
        ("à rappeler demain à 14h30", (TOMORROW, CallAgain(time(14, 30))), ""),
        ("rappeler à 9 h demain", (TOMORROW, CallAgain(time(9))), ""),
        ("rappeler demain matin", (TOMORROW, CallAgain(time(9))), ""),
        ("rappeler jeudi", (date(2026, 11, 26), None), ""),
        ("rappeler Mme Roux jeudi", (date(2026, 11, 26), None), "Mme Roux"),
        ("rappeler le 15/12 à 10 h M. Le Gall", (date(2026, 12, 15), CallAgain(time(10))), "M. Le Gall"),
        ("rappeler vers 15 h", (None, CallAgain(time(15))), ""),
        ("rappeler dans une heure", (None, CallAgain(None, 60)), ""),
        ("rappeler dans 2 jours", (date(2026, 11, 25), None), ""),
        ("rappeler au 06 12 34 56 78 demain", (TOMORROW, None), "au 06 12 34 56 78"),
        ("promet de rappeler demain", (TOMORROW, None), ""),
        ("doit rappeler vendredi après-midi", (date(2026, 11, 27), CallAgain(time(14))), ""),
    ],
)
def test_when_to_call_again(rest: str, again: tuple[date | None, CallAgain | None], note: str) -> None:
    understood = said(f"FAC-123 {rest}")
    assert understood.outcome == CallResult.CALLBACK
    assert (understood.day, (understood.call.again if understood.call else None)) == again
    assert [(reading.subject, reading.rest) for reading in understood.readings] == [("FAC-123", note)]


def test_without_a_day_and_an_hour_it_is_not_said_when() -> None:
    understood = said("FAC-123 à rappeler")
    assert (understood.outcome, understood.call) == (CallResult.CALLBACK, None)


def test_two_hours_are_asked_about() -> None:
    with refused(Refused, match="deux heures"):
        said("FAC-123 rappeler demain entre 14 h et 15 h")


@pytest.mark.parametrize(
    ("rest", "outcome"),
    [
        ("virement parti hier", CallResult.PAYMENT_SENT),
        ("le virement est parti hier", CallResult.PAYMENT_SENT),
        ("chèque envoyé ce matin", CallResult.PAYMENT_SENT),
        ("a payé vendredi", CallResult.PAYMENT_SENT),
        ("a déjà réglé", CallResult.PAYMENT_SENT),
        ("virement programmé", CallResult.IN_PAYMENT),
        ("virement programmé le 15/12", CallResult.PROMISE),
        ("virement prévu vendredi", CallResult.PROMISE),
    ],
)
def test_what_came_of_it(rest: str, outcome: CallResult) -> None:
    assert said(f"FAC-123 {rest}").outcome == outcome


def test_a_payment_programmed_for_a_day_is_a_promise_and_stays_as_the_note() -> None:
    understood = said("FAC-123 virement programmé le 15/12")
    assert (understood.day, understood.readings[0].rest) == (date(2026, 12, 15), "virement programmé")
