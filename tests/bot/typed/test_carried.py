"""What a button carries comes back as it went, and nothing else gets in."""

import json
from datetime import UTC, date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.typed import calls as typed_calls
from bot.typed import carried, paying, understanding
from bot.typed.amounts import CURRENCIES, DOUBTS
from bot.typed.dates import DOUBTS as DAY_DOUBTS
from bot.typed.dates import NAMING
from bot.typed.values import (
    Amount,
    CallDetails,
    DayDoubt,
    Doubt,
    Part,
    Picked,
    Reading,
    Terms,
    Understood,
)
from receivables.codes.calls import CallResult
from receivables.codes.payments import Means
from receivables.errors import Refused, RelanceError
from receivables.language import Language
from receivables.rates import Semester

TODAY = date(2026, 11, 23)
words = st.text(max_size=40)
money = st.decimals(min_value=0, max_value=Decimal("999999999.99"), places=2)
ids = st.integers(0, 2**53)
picked = st.builds(
    Picked, st.sampled_from(["invoice", "customer", "open"]), ids, st.lists(ids, max_size=3).map(tuple)
)
names = words | picked
currencies = st.none() | st.sampled_from(sorted(CURRENCIES))
sums = st.decimals(min_value=0, max_value=10_000, places=3)
doubts = st.sampled_from(sorted(DOUBTS)).flatmap(
    lambda code: st.builds(Doubt, st.just(code), words, st.tuples(*[sums] * DOUBTS[code]), currencies)
)
amounts = st.none() | doubts | st.builds(Amount, money, currencies) | st.sampled_from(Part)
days = st.none() | st.dates()
unclear_days = st.sampled_from(sorted(DAY_DOUBTS)).flatmap(
    lambda code: st.builds(
        DayDoubt,
        st.just(code),
        words,
        st.sampled_from(sorted(DAY_DOUBTS[code])).flatmap(lambda count: st.tuples(*[st.dates()] * count)),
        st.dates() if code in NAMING else st.none(),
    )
)
means = st.none() | st.sampled_from(Means)
readings = st.builds(Reading, names, words, amounts, names, days | unclear_days, means, words)
details = st.builds(
    CallDetails,
    st.none() | words,
    st.none() | st.booleans(),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.none() | words,
    st.none() | words,
    days,
)
understood = st.builds(
    Understood,
    topic=words,
    help=st.booleans(),
    readings=st.lists(readings, max_size=4).map(tuple),
    parts=st.lists(names, max_size=4).map(tuple),
    day=days,
    day_doubt=st.none() | unclear_days,
    sure=st.booleans(),
    near=words,
    outcome=st.none() | st.sampled_from(CallResult),
    terms=st.none() | st.builds(Terms, st.none() | money, st.none() | st.integers(0, 9999)),
    semester=st.none() | st.builds(Semester, st.integers(2000, 2999), st.integers(1, 2)),
    everyone=st.booleans(),
    call=st.none() | details,
)


@settings(max_examples=300)
@given(words, understood)
@example("durand", Understood(topic="appel", call=CallDetails()))
@example("durand", Understood(topic="escompte", terms=Terms()))
def test_values_come_back_from_a_button_as_they_were(company: str, said: Understood) -> None:
    value = carried.pack(company, said)
    if len(value) <= carried.MOST:
        assert carried.unpack(value) == (company, said)


READERS = {
    "paye": paying.payment,
    "appel": typed_calls.call,
    "promesse": paying.promise,
    "pause": understanding.pause,
    "lettre": understanding.number("lettres.example"),
    "litige": understanding.noted("litiges.example"),
    "penalites": understanding.penalties,
    "escompte": understanding.discount,
    "avoir": understanding.credit,
    "echeancier": understanding.plan,
    "apercu": understanding.specimen,
    "taux": understanding.semester,
    "taches": understanding.tasks,
    "fiche": understanding.customer_if_any,
    "dossier": understanding.customer,
}
PIECES = (
    "FAC-12 FAC 12 3 500 1 200,50 € 1.234 $ le 15/11 hier vendredi fin février 0000 dans 999 mois le 31 "
    "30/02 par virement chèque promet litige répondeur jusqu’au % 2 jours aucun taux légal et aide solde - 0 "
    "<@U1> &amp; 03/04/05 29/02 lundi 16 novembre semaine prochaine 2026-S2 ½ ٣ « »"
)
pieces = st.sampled_from(PIECES.split())
lines = st.lists(pieces | st.text(max_size=8), max_size=9).map(" ".join) | st.text(max_size=600)


@settings(max_examples=300)
@given(st.sampled_from(sorted(READERS)), lines)
@example("promesse", "FAC-12 fin février 0000")
@example("echeancier", "et")
def test_any_text_is_understood_or_refused_with_a_sentence(topic: str, line: str) -> None:
    try:
        said = READERS[topic](line, TODAY, Language.FR)
    except RelanceError:
        return
    value = carried.pack("durand", said)
    assert len(value) > carried.MOST or carried.unpack(value)[1] == said


def test_the_longest_note_fits_into_a_button_with_every_way_to_cut_it() -> None:
    line = "FAC-123 " + "mot " * 123
    said = typed_calls.call(line[:500].strip(), TODAY, Language.FR).about("appel")
    assert len(said.readings) > 25
    assert len(carried.pack("une-société-au-nom-long", said)) <= carried.MOST


GOOD = {"v": 1, "k": "durand", "t": "paye", "w": "FAC-1", "r": [5], "d": "2026-11-20", "m": "transfer"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"v": 2},
        {"v": None},
        {"k": 3},
        {"t": ["paye"]},
        {"r": [99]},
        {"r": [-1]},
        {"r": [True]},
        {"r": [[5]]},
        {"r": "FAC-1"},
        {"r": [[5, ["NaN", None]]]},
        {"r": [[5, ["-3", None]]]},
        {"r": [[5, ["1e30", None]]]},
        {"r": [[5, {"q": "access.role", "y": "", "a": []}]]},
        {"r": [[5, {"q": "saisie.amount_zzz", "y": "", "a": []}]]},
        {"r": [[5, {"q": "saisie.amount_three", "y": "", "a": []}]]},
        {"r": [[5, ["12", "XYZ"]]]},
        {"r": [[["a"], "", None, ""]]},
        {"r": [[None, "", None, ""]]},
        {"p": [1]},
        {"s": 7},
        {"s": ["a"]},
        {"r": [[{"x": 3}, "", None, ""]]},
        {"r": [[{"i": "3"}, "", None, ""]]},
        {"r": [[{"i": -3}, "", None, ""]]},
        {"d": "hier"},
        {"q": {"q": "saisie.date_vague", "y": "bientôt", "d": []}},
        {"q": {"q": "saisie.date_year", "y": "15/12", "d": ["2026-12-15"]}},
        {"q": {"q": "access.role", "y": "", "d": []}},
        {"q": {"q": "saisie.date_year", "y": "15/12", "d": "2026"}},
        {"z": "oui"},
        {"n": 3},
        {"r": [[{"i": []}, "", None, ""]]},
        {"r": [[{"i": [1, "2"]}, "", None, ""]]},
        {"r": [[5, "third"]]},
        {"r": [["FAC-1", "", None, "", None, "troc", ""]]},
        {"r": [["FAC-1", "", None, "", "hier", None, ""]]},
        {"r": [["FAC-1", "", None, "", None, None, 7]]},
        {"d": 20261120},
        {"m": "troc"},
        {"m": {}},
        {"o": "ravi"},
        {"x": ["NaN", None]},
        {"x": 7},
        {"s": "2026"},
        {"e": "oui"},
        {"f": [None, None, "2026-11-20T10:00:00", None, None, None]},
        {"f": {}},
    ],
    ids=str,
)
def test_what_does_not_have_the_shape_of_ours_is_refused(wrong: dict[str, object]) -> None:
    assert carried.unpack(json.dumps(GOOD))[1].readings[0].means == "transfer"
    with pytest.raises(Refused) as refused:
        carried.unpack(json.dumps(GOOD | wrong))
    assert refused.value.code == "saisie.old_button"


@pytest.mark.parametrize(
    "value", ["", "null", "[]", "3", "durand:12", "{", "[" * 1500, '{"v":1}' + " " * 2000]
)
def test_what_is_no_object_is_refused(value: str) -> None:
    with pytest.raises(Refused):
        carried.unpack(value)
