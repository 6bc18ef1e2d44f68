"""What of a message's words costs reading is seen from the words themselves, also a company's own."""

import pytest

from message_templates.sources.templates import forget
from message_templates.sources.uses import told
from receivables.correspondence import Told
from tests.message_templates.mails import ALL

NEAR = {Told.PAY_BY, Told.ANSWER_BY}
AHEAD = NEAR | {Told.EARLIER, Told.NEXT_STEP}


def test_late_mails_look_ahead_recall_from_firm_on_and_the_stern_ones_speak_of_penalties():
    assert {name: set(told(name)) for name in ALL} == {
        **{name: set() for name in ALL},
        "soft": NEAR,
        "public_reminder": NEAR,
        "firm": AHEAD,
        "consumer_firm": AHEAD,
        "strong": AHEAD | {Told.PENALTIES},
        "public_firm": AHEAD | {Told.PENALTIES},
    }


LAYOUT = '{% extends "_base/base.txt" %}'


def block(name, text):
    return f"{{% block {name} %}}{text}{{% endblock %}}"


@pytest.mark.parametrize(
    ("file", "text", "adds"),
    [
        ("firm/words.txt", block("legal", '{% include "_base/legal.txt" %}'), {Told.PENALTIES}),
        ("soft/words.txt", block("closing", "{{ words.ask }}"), NEAR),
        ("soft/words.en.txt", block("closing", "Until {{ pay_by }}"), {Told.PAY_BY}),
        ("soft/text.txt", LAYOUT + block("crossed", "{{ earlier|listed }}"), {Told.EARLIER}),
        ("_base/words.txt", block("regards", "{{ words.what_follows }}"), NEAR | {Told.NEXT_STEP}),
    ],
)
def test_a_companys_own_words_are_looked_at_as_ours_are(tmp_path, file, text, adds):
    path = tmp_path / "email" / file
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    forget()
    name = "soft" if file.startswith("_base") else file.partition("/")[0]
    assert told(name, tmp_path) == set(told(name)) | adds


def test_a_message_that_does_not_exist_tells_nothing():
    assert told("nulle_part") == frozenset()
