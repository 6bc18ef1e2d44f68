"""The one calendar of words, and that commands, replies and files all read it."""

from datetime import date, timedelta

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from bot.typed.dates import Side, read_date
from message_templates import formats, formats_en
from receivables.calendar import months
from receivables.calendar.words import COUNTS, MONTHS, NEAR_DAYS, SHORT_MONTHS, WEEKDAYS, any_of
from receivables.replies import dates as reply_dates
from receivables.text import fold, fold_sentence, fold_typed
from store.imports.values.days import read_text_day
from tests.refusals import refused

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("width", ["wide", "abbreviated"])
def test_every_name_of_a_month_that_is_written_is_known(language: str, width: str) -> None:
    names = Locale.parse(language).months["format"][width]
    assert {fold(name): month for month, name in names.items()}.items() <= MONTHS.items()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_name_of_a_weekday_that_is_written_is_known(language: str) -> None:
    names = Locale.parse(language).days["format"]["wide"]
    assert {fold(name): day for day, name in names.items()}.items() <= WEEKDAYS.items()


@pytest.mark.parametrize("words", [MONTHS, WEEKDAYS, COUNTS, NEAR_DAYS])
def test_words_stand_as_sentences_and_commands_are_folded(words: dict[str, int]) -> None:
    assert [word for word in words if fold_sentence(word) != word or fold_typed(word) != word] == []


@pytest.mark.parametrize("name", MONTHS)
def test_a_month_is_read_alike_in_a_command_a_reply_and_a_file(name: str) -> None:
    day = date(2027, MONTHS[name], 12)
    assert read_date(f"12 {name} 2027", today=MONDAY, side=Side.FUTURE) == day
    assert [found.on for found in reply_dates.find_days(f"le 12 {name} 2027", MONDAY, past=False)] == [day]
    assert read_text_day(f"12 {name} 2027") == day


@pytest.mark.parametrize("name", WEEKDAYS)
def test_a_weekday_is_read_alike_in_a_command_and_a_reply(name: str) -> None:
    sunday = MONDAY - timedelta(days=1)
    day = MONDAY + timedelta(days=WEEKDAYS[name])
    assert read_date(f"{name} prochain", today=sunday, side=Side.FUTURE) == day
    assert [found.on for found in reply_dates.find_days(f"nous reglons {name}", sunday, past=False)] == [day]


@pytest.mark.parametrize("word", NEAR_DAYS)
def test_a_near_day_is_read_alike_in_a_command_and_a_reply(word: str) -> None:
    past = NEAR_DAYS[word] < 0
    day = MONDAY + timedelta(days=NEAR_DAYS[word])
    assert read_date(word, today=MONDAY, side=Side.PAST if past else Side.FUTURE) == day
    assert [found.on for found in reply_dates.find_days(word, MONDAY, past=past)] == [day]


@pytest.mark.parametrize("word", COUNTS)
def test_a_count_is_read_alike_in_a_command_and_a_reply(word: str) -> None:
    day = MONDAY + timedelta(days=COUNTS[word])
    assert read_date(f"dans {word} jours", today=MONDAY, side=Side.FUTURE) == day
    assert [found.on for found in reply_dates.find_days(f"dans {word} jours", MONDAY, past=False)] == [day]


@given(st.dates(date(2026, 11, 24), date(2029, 11, 22)))
def test_the_days_we_write_in_french_are_days_we_read(day: date) -> None:
    for written in (formats.long_day(day), formats.short_day(day)):
        assert read_date(written, today=MONDAY, side=Side.FUTURE) == day
        assert read_text_day(written) == day


@given(st.dates(date(2026, 11, 24), date(2027, 12, 1)))
def test_the_days_we_write_to_customers_are_days_we_read_in_their_replies(day: date) -> None:
    for written in (formats.long_day(day), formats_en.long_day(day)):
        assert [found.on for found in reply_dates.find_days(fold_sentence(written), MONDAY, past=False)] == [
            day
        ]


def test_a_weekday_that_is_not_the_days_own_is_told_by_its_french_name() -> None:
    assert (formats.weekday(MONDAY), formats_en.weekday(MONDAY)) == ("lundi", "Monday")
    with refused(match="Le 23/11/2026 est un lundi, pas un tuesday"):
        read_date("tuesday 23 november 2026", today=MONDAY, side=Side.PAST)


def test_a_name_cut_short_is_no_whole_name() -> None:
    assert set(SHORT_MONTHS) < set(MONTHS)
    assert "mai" not in SHORT_MONTHS


def test_the_longest_of_several_words_is_looked_for_first() -> None:
    assert any_of(["juil", "juillet"]) == "juillet|juil"


@given(st.dates(date(1000, 1, 1), date(3000, 1, 1)), st.integers(-600, 600))
def test_months_away_keep_the_day_or_end_the_month(day: date, away: int) -> None:
    moved = months.shift(day, away)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == away
    assert moved.day == day.day or (moved == months.last_day(moved.year, moved.month) and moved.day < day.day)


def test_a_day_that_is_in_no_calendar_is_none() -> None:
    assert months.day_of(2026, 2, 29) is None
    assert months.day_of(2026, 13, 1) is None
    assert months.day_of(2028, 2, 29) == months.last_day(2028, 2)
