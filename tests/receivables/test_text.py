"""Text folded for the books, for what people type and for what customers write: one way, three uses."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receivables.text import fold, fold_number, fold_sentence, fold_typed, straight, unaccented

Fold = Callable[[str], str]

FOLDS = (fold, fold_number, fold_typed, fold_sentence)
FRENCH = st.text("abcéèêëàâçîïôùûüÿœæßÉÈÀÇŒÆẞ ABC0129'’-–.,;:!?\u00a0\u202f«»", max_size=40)
ODD = st.text("™№½‴´ǽﬁ²⁻ẞ𝐀", max_size=6)
ANY = st.one_of(FRENCH, ODD, st.text(max_size=40))


@pytest.mark.parametrize("folded", [*FOLDS, unaccented, straight])
@given(text=ANY)
def test_what_is_folded_stays_as_it_is(folded: Fold, text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize("folded", FOLDS)
@given(text=FRENCH)
def test_case_and_accents_tell_no_two_texts_apart(folded: Fold, text: str) -> None:
    assert folded(text) == folded(text.upper()) == folded(text.lower()) == folded(unaccented(text))


@pytest.mark.parametrize("folded", FOLDS)
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@given(text=FRENCH)
def test_how_letters_are_composed_tells_no_two_texts_apart(folded: Fold, form: str, text: str) -> None:
    assert folded(unicodedata.normalize(form, text)) == folded(text)  # type: ignore[arg-type]


@pytest.mark.parametrize("folded", [fold_typed, fold_sentence])
@given(text=ANY)
def test_no_capital_and_no_accent_is_left_in_what_is_read(folded: Fold, text: str) -> None:
    assert folded(text) == folded(text).casefold()
    assert not any(unicodedata.combining(sign) for sign in folded(text))


@given(ANY)
def test_a_name_in_the_books_is_small_letters_figures_and_single_spaces(text: str) -> None:
    assert set(fold(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert fold(text).split(" ") == (fold(text).split() or [""])
    assert fold_number(text) == "".join(fold(text).split())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Société Générale  ", "societe generale"),
        ("Cœur & Æther", "coeur aether"),
        ("STRASSE Straße", "strasse strasse"),
        ("L’Oréal / l'oreal", "l oreal l oreal"),
        ("ﬁnance ②", "finance 2"),
        ("Møller", "m ller"),
        ("ACME™ SARL", "acme sarl"),
        ("株式会社", ""),
    ],
)
def test_names_are_folded_as_the_books_already_keep_them(text: str, name: str) -> None:
    assert fold(text) == name


@pytest.mark.parametrize(
    "written", ["FAC-2026/0012", "fac 2026 0012", "Fac.2026\u00a00012", "ＦＡＣ20260012"]
)
def test_a_number_is_the_same_however_its_parts_are_kept_apart(written: str) -> None:
    assert fold_number(written) == "fac20260012"


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("Réglé !", "regle"),
        ("1.000,50 €", "1.000,50 €"),
        ("« D'ici Noël »", "« d'ici noel »"),
        ("Œuvre", "oeuvre"),
        ('"15/11",', "15/11"),
        ("STRAßE", "strasse"),
    ],
)
def test_a_typed_word_keeps_its_punctuation_inside_and_loses_it_around(typed: str, word: str) -> None:
    assert fold_typed(typed) == word


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (
            "Nous\u00a0réglerons  d’ici\nvendredi – au plus tard.",
            "nous reglerons d'ici vendredi - au plus tard.",
        ),
        ("L´échéance, c‘est non !", "l'echeance, c'est non !"),
        ("« Manœuvre »", '" manoeuvre "'),
        ("½ journée", "1⁄2 journee"),
    ],
)
def test_a_sentence_keeps_its_punctuation_and_plain_quotes(written: str, sentence: str) -> None:
    assert fold_sentence(written) == sentence


def test_unaccented_text_keeps_its_case() -> None:
    assert unaccented("Ça, Œuvre de Zoë à Straße n° ²") == "Ca, OEuvre de Zoe a Strasse n° 2"


@given(st.text("‘’‚‛′´`“”„«»″‐‑‒–—―−", max_size=20))
def test_quotes_and_dashes_are_as_keyboards_write_them(signs: str) -> None:
    assert set(straight(signs)) <= set("'\"-")
    assert len(straight(signs)) == len(signs)
