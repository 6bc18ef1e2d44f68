"""What is said in Slack: harmless, complete, and in French."""

import re

import jinja2
import pytest

from message_templates import Mrkdwn, catalogue, escape, say
from receivables.language import Language

FR = Language.FR

MENTION = "<!channel> & Co"


def test_foreign_text_can_neither_mention_nor_link():
    said = say("erreurs.unexpected", FR, reference=MENTION)
    assert "&lt;!channel&gt; &amp; Co" in said
    assert "<" not in said


def test_quotes_stay_as_they_are():
    assert escape('l\'"œil" d’Évil') == 'l\'"œil" d’Évil'


def test_what_is_mrkdwn_already_is_left_alone():
    assert "<@U1>" in say("erreurs.unexpected", FR, reference=Mrkdwn("<@U1>"))
    assert escape(escape("<")) == "&lt;"


def test_a_sentence_can_be_put_into_another():
    inner = say("erreurs.unexpected", FR, reference="a & b")
    assert "a &amp; b" in say("erreurs.unexpected", FR, reference=inner)
    assert "&amp;amp;" not in say("erreurs.unexpected", FR, reference=inner)


def test_a_missing_value_is_an_error_and_not_a_hole():
    with pytest.raises(jinja2.UndefinedError):
        say("erreurs.unexpected", FR)


@pytest.mark.parametrize("key", ["common.nothing", "nothing.at_all", "common", "../secret.key"])
def test_an_unknown_sentence_is_an_error(key):
    with pytest.raises(KeyError):
        say(key, FR)


TWICE_JOINED = re.compile(
    r"listed[^}]*\}\}(\{%[^%]*%\})?\s*(et|and|\+) (\w+ )?\{\{"
    r"|join\('\s*(et|and) "
    r"|loop\.first else ' (et|and)[^}]*'\s*\}"
)
"""A list written whole, with more behind it: « A et B et 2 autres »; or joined by one word throughout."""


@pytest.mark.parametrize("folder", ["slack", "texts", "refusals"])
def test_no_list_says_and_twice(folder):
    for language in catalogue.languages():
        for subject in catalogue.subjects(language, folder):
            for key, text in catalogue.sources(folder, subject, language).items():
                counted_on = re.search(TWICE_JOINED, text)
                assert counted_on is None, (key, counted_on)


@pytest.mark.parametrize(
    ("language", "subject"),
    [(language, subject) for language in catalogue.languages() for subject in catalogue.subjects(language)],
)
def test_every_sentence_is_a_valid_template(language, subject):
    assert catalogue.keys(subject, language)
    for key in catalogue.keys(subject, language):
        catalogue.template(key, language=language)
