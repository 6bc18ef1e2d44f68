"""Block Kit as people see it in the terminal."""

import io
from datetime import UTC, datetime

import pytest

from relance.demo.draw import Drawing, field_names
from relance.demo.mrkdwn import mrkdwn
from relance.demo.screen import console

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
NAMES = {"U0SOPHIE": "Sophie Martin", "S0VENTE": "ventes", "C0RELANCES": "relances"}


def name(key):
    return NAMES.get(key, key)


@pytest.fixture
def screen():
    return io.StringIO()


@pytest.fixture
def drawing(screen):
    return Drawing(console(screen, 80), name)


def lines(screen):
    return [line.rstrip().replace("\u00a0", " ") for line in screen.getvalue().splitlines() if line.strip()]


def text(words, kind="mrkdwn"):
    return {"type": kind, "text": words}


def plain(words):
    return text(words, "plain_text")


def options(*labels):
    return [{"text": plain(label), "value": f"v{rank}"} for rank, label in enumerate(labels)]


def message(*blocks, **more):
    return {"ts": "1.000001", "channel": "C0RELANCES", "blocks": list(blocks), **more}


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("*gras* _italique_ ~barré~ `code`", "gras italique barré code"),
        ("<@U0SOPHIE> et <!subteam^S0VENTE>", "@Sophie Martin et @ventes"),
        ("<https://exemple.fr|le lien> <#C0RELANCES>", "le lien #relances"),
        ("Durand &amp; fils &lt;@U0SOPHIE&gt;", "Durand & fils <@U0SOPHIE>"),
        ("2 * 3 * 4, un_nom_long", "2 * 3 * 4, un_nom_long"),
        ("&gt; cité", "▎ cité"),
        ("<!date^1700000000^{date}|le 14/11>", "le 14/11"),
        ("*<@U0SOPHIE>* :warning:", "@Sophie Martin ⚠"),
    ],
)
def test_mrkdwn_reads_as_in_slack(written, seen):
    assert mrkdwn(written, name).plain == seen


def test_a_bold_word_is_bold():
    drawn = mrkdwn("reste *500 €*", name)
    assert [(drawn.plain[s.start : s.end], s.style) for s in drawn.spans] == [("500 €", "bold")]


def test_a_message_shows_its_place_its_blocks_and_numbered_controls(drawing, screen):
    button = {"type": "button", "action_id": "go", "text": plain("Laisser partir"), "style": "primary"}
    menu = {"type": "overflow", "action_id": "late", "options": options("Payée", "Pourquoi ?")}
    drawing.message(
        message(
            {"type": "header", "text": plain("Encaissements")},
            {
                "type": "section",
                "fields": [text("*En retard*\n1 200 €"), text("*Factures*\n3")],
                "block_id": "f",
            },
            {"type": "context", "elements": [text("12 relances partent")]},
            {"type": "divider"},
            {"type": "section", "block_id": "s", "text": text("*FAC-1* Garage"), "accessory": menu},
            {"type": "actions", "block_id": "a", "elements": [button]},
        ),
        at=AT,
        note="#relances",
    )
    seen = lines(screen)
    assert seen[0].startswith("▞▚ Relance  APPLI   08:30  #relances")
    assert "Encaissements" in seen[1]
    assert seen[2].split() == ["En", "retard", "Factures"]
    assert "12 relances partent" in seen[4]
    assert set(seen[5].strip()) == {"─"}
    assert seen[6].strip().startswith("FAC-1 Garage")
    assert seen[6].endswith("[1] ⋯")
    assert seen[7].strip() == "[2] Laisser partir"
    assert seen[8].strip() == "⋯ Payée · Pourquoi ?  →  clic 1 pourquoi"
    assert drawing.controls[1].labels() == ["Payée", "Pourquoi ?"]
    assert (drawing.controls[2].holder, drawing.controls[2].block_id) == ("1.000001", "a")


def test_a_whispered_message_says_that_only_you_see_it(drawing, screen):
    drawing.message({"ts": "2.0", "text": "Je ne connais pas *FAC-9*."}, at=AT, only_you=True)
    seen = lines(screen)
    assert "Visible de vous seul" in seen[0]
    assert "Je ne connais pas FAC-9." in seen[2]


def test_a_form_shows_fields_choices_hints_errors_and_how_to_send_it(drawing, screen):
    day = {"type": "datepicker", "action_id": "d", "initial_date": "2026-12-15"}
    choice = {"type": "static_select", "action_id": "o", "options": options("Promesse", "Litige")}
    view = {
        "id": "V1",
        "title": plain("Noter un appel"),
        "submit": plain("Noter"),
        "blocks": [
            {"type": "input", "block_id": "o", "label": plain("Issue de l’appel"), "element": choice},
            {
                "type": "input", "block_id": "d", "label": plain("Promis pour le"), "optional": True,
                "hint": plain("Un jour à venir."), "element": day,
            },
        ],
    }  # fmt: skip
    drawing.view(view, {"d": "Ce jour est passé."})
    seen = "\n".join(lines(screen))
    for part in (
        "Noter un appel", "Issue de l’appel *  [issue=]", "Promesse · Litige", "Promis pour le  [promis=]",
        "15/12/2026", "Un jour à venir.", "⚠ Ce jour est passé.", "[fermer] Fermer    [envoyer] Noter",
    ):  # fmt: skip
        assert part in seen


def test_fields_have_short_names_that_tell_them_apart():
    labels = {"a": "Montant reçu", "b": "Montant promis", "c": "Note"}
    blocks = [{"type": "input", "block_id": key, "label": plain(label)} for key, label in labels.items()]
    assert field_names(blocks) == {"a": "montant-recu", "b": "montant-promis", "c": "note"}


def test_rich_text_images_and_files_are_drawn(drawing, screen):
    rich = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list", "style": "bullet",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U0SOPHIE"}]},
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "deux"}]},
                ],
            }
        ],
    }  # fmt: skip
    image = {"type": "image", "alt_text": "Balance âgée", "image_url": "https://exemple.fr/x.png"}
    drawing.message(message(rich, image, files=[{"name": "liste.xlsx"}]), at=AT)
    seen = [line.strip() for line in lines(screen)[1:]]
    assert seen == ["• @Sophie Martin", "• deux", "🖼  Balance âgée", "📎 liste.xlsx"]


@pytest.mark.parametrize("width", [80, 100, 120])
def test_nothing_is_wider_than_the_terminal(screen, width):
    drawing = Drawing(console(screen, width), name)
    menu = {"type": "overflow", "action_id": "late", "options": options("Payée")}
    long = {
        "type": "section",
        "block_id": "s",
        "text": text("*" + "Société très longue " * 20 + "*"),
        "accessory": menu,
    }
    drawing.message(message(long), at=AT)
    assert max(len(line) for line in screen.getvalue().splitlines()) <= width


def test_an_amount_is_never_cut_in_two(drawing, screen):
    long = "Il reste " + "encore " * 8 + "12\u202f345,00\u00a0€ à payer"
    drawing.message({"ts": "3.0", "text": long}, at=AT)
    assert "12\u202f345,00\u00a0€" in screen.getvalue()
