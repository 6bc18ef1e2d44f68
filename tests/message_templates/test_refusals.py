"""A refusal is a code and facts; what people read of it is made here, in their language."""

from datetime import date
from decimal import Decimal

import jinja2
import pytest

from message_templates import Mrkdwn, refusals
from receivables.errors import Refused, RelanceError
from receivables.language import Language
from receivables.people import Automaton, Person
from tests.refusals import refused

FR = Language.FR


@pytest.fixture(autouse=True)
def sentences(monkeypatch):
    """A catalogue of its own: what is tried here is how sentences are made, not what ours say."""
    texts = {
        "trial.future": "Le {{ day | day }} est à venir : attendez.",
        "trial.twin": "{{ amount | amount(currency) }} sur {{ number }}, noté par {{ by }}.",
        "trial.by": "Noté par {{ by | who }}.",
        "trial.typed": "{{ typed | quoted }} n’est pas un jour.",
        "trial.where": "{{ where }} : {{ cause }}",
    }
    monkeypatch.setattr(refusals, "sources", lambda folder, subject, language: texts)
    refusals._template.cache_clear()
    yield
    refusals._template.cache_clear()


def test_the_error_itself_tells_no_fact():
    error = Refused("trial.twin", amount=Decimal(5), currency="EUR", number="F-1", by=Person("U0ANNA"))
    assert str(error) == "trial.twin"


def test_days_amounts_and_spaces_are_written_as_the_language_does():
    assert refusals.sentence(Refused("trial.future", day=date(2026, 12, 1)), FR) == (
        "Le 01/12/2026 est à venir\u00a0: attendez."
    )


def test_a_person_is_mentioned_in_slack_and_named_elsewhere():
    error = Refused("trial.twin", amount=Decimal(5), currency="EUR", number="F-1", by=Person("U0ANNA"))
    assert refusals.mrkdwn(error, FR).endswith("noté par <@U0ANNA>.")
    assert refusals.sentence(error, FR).endswith("noté par U0ANNA.")


@pytest.mark.parametrize(
    ("automaton", "words"),
    [
        (Automaton.CLOCK, "l’horloge"),
        (Automaton.IMPORT, "l’import"),
        (Automaton.CONSOLE, "la ligne de commande"),
    ],
)
def test_an_automaton_is_told_in_words_everywhere(automaton, words):
    error = Refused("trial.by", by=Person(automaton))
    assert refusals.mrkdwn(error, FR) == refusals.sentence(error, FR) == f"Noté par {words}."


def test_what_was_typed_can_neither_mention_nor_be_taken_for_a_person():
    said = refusals.mrkdwn(Refused("trial.typed", typed="par U0ANNA <!channel>"), FR)
    assert said == "«\u00a0par U0ANNA &lt;!channel&gt;\u00a0» n’est pas un jour."


def test_typed_text_is_cut_and_put_on_one_line():
    said = refusals.sentence(Refused("trial.typed", typed="a\nb" + "c" * 100), FR)
    assert said.startswith("«\u00a0a b")
    assert "…\u00a0»" in said
    assert len(said) < 70


def test_a_refusal_can_tell_its_cause():
    cause = Refused("trial.by", by=Person("U0ANNA"))
    error = RelanceError("trial.where", where="a & b", cause=cause)
    assert refusals.sentence(error, FR) == "a & b\u00a0: Noté par U0ANNA."
    assert refusals.mrkdwn(error, FR) == Mrkdwn("a &amp; b\u00a0: Noté par <@U0ANNA>.")


def test_a_code_without_sentence_and_a_missing_fact_are_errors():
    with pytest.raises(KeyError):
        refusals.sentence(Refused("trial.nothing"), FR)
    with pytest.raises(jinja2.UndefinedError):
        refusals.sentence(Refused("trial.future"), FR)


def test_tests_search_the_sentence():
    with refused(Refused, match="à venir"):
        raise Refused("trial.future", day=date(2026, 12, 1))
    with pytest.raises(AssertionError), refused(match="hier"):
        raise Refused("trial.future", day=date(2026, 12, 1))
