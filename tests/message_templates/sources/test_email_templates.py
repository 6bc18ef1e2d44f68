"""Templates of our own and of companies: inlined once, escaped, tried at start, in a sandbox."""

import re

import pytest

from message_templates.checks.mails import check_email, check_templates
from message_templates.formats import FILTERS
from message_templates.pieces.mail import render_email
from message_templates.pieces.mail_view import view
from message_templates.sources.css import inlined
from message_templates.sources.templates import is_html, shipped
from receivables.codes.channels import CHANNELS, USUAL
from receivables.errors import SettingsError
from receivables.policy import shipped_policies
from tests.message_templates.mails import ALL, about
from tests.refusals import refused

SHIPPED = [(USUAL.texts, name) for name in ALL] + [
    (channel.texts, name)
    for channel in CHANNELS.values()
    if channel.written and channel is not USUAL
    for name in sorted(shipped(channel.texts))
]
"""Every shipped message: the folder of its channel's texts, and its own."""
CSS = ".p { color: #111 } .td { padding: 4px } @media (max-width: 9px) { .p { color: red } }"


def own(folder, name, text):
    """Write a company's own file over the e-mail `name`."""
    path = folder / "email" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_every_email_step_of_the_shipped_policies_has_its_texts():
    wanted = {
        (step.template, step.channel.texts)
        for policy in shipped_policies().values()
        for step in policy.steps
        if step.channel.written
    }
    assert [(name, texts) for name, texts in wanted if name not in shipped(texts)] == []


@pytest.mark.parametrize(("texts", "template"), SHIPPED)
def test_shipped_templates_stand_all_samples(texts, template):
    check_email(template, None, texts)


def test_tags_of_the_template_stay_where_they_are_even_in_a_table():
    source = (
        "{# note #}{% for x in y %}<table><tbody>{% for a in b if a > 1 %}"
        "<tr><td class='td'>{{ a }}</td></tr>"
        "{% endfor %}</tbody></table>{% endfor %}"
    )
    done = inlined(source, CSS)
    assert done == (
        '{% for x in y %}<table><tbody>{% for a in b if a > 1 %}<tr><td class="td" style="padding: 4px;">'
        "{{ a }}</td></tr>{% endfor %}</tbody></table>{% endfor %}"
    )


def test_tags_inside_an_attribute_stay_too():
    source = '<a href="{{ link }}{% if x %}?a=1{% endif %}" class="p">x</a>'
    assert 'href="{{ link }}{% if x %}?a=1{% endif %}"' in inlined(source, CSS)


def test_what_clients_must_find_in_the_head_stays_in_the_head():
    html = render_email(about(), "firm").html
    head, _, body = html.partition("<body")
    assert "prefers-color-scheme: dark" in head
    assert "max-width: 480px" in head
    assert '<meta name="color-scheme" content="light dark">' in head
    assert "#fff;" not in html
    assert "#000" not in html
    assert body.count('style="') > 20


@pytest.mark.parametrize(
    ("name", "escaped"), [("firm/body.html", True), ("firm/text.txt", False), (None, True)]
)
def test_html_is_escaped_and_text_is_not(name, escaped):
    assert is_html(name) is escaped


def test_a_company_says_it_in_its_own_words(tmp_path):
    own(tmp_path, "firm/subject.txt", "Vos factures chez {{ company.name }}")
    own(tmp_path, "_base/legal.txt", "Voir nos conditions.\n")
    check_templates(tmp_path)
    assert render_email(about(), "firm", tmp_path).subject == "Vos factures chez Atelier Durand SAS"
    assert "Voir nos conditions." in render_email(about(), "strong", tmp_path).text
    assert "conditions." not in render_email(about(), "strong").text


def test_a_company_adds_an_email_for_a_step_of_its_own(tmp_path):
    own(tmp_path, "ultime/subject.txt", "{{ company.name }}")
    own(
        tmp_path,
        "ultime/text.txt",
        '{% extends "_base/base.txt" %}{% block opening %}Bien à vous.{% endblock %}',
    )
    own(tmp_path, "ultime/body.html", '<p class="p">{{ customer }}</p>')
    check_templates(tmp_path, ["ultime"])
    mail = render_email(about(customer="<b>"), "ultime", tmp_path)
    assert "Bien à vous." in mail.text
    assert mail.html == '<p class="p" style="margin: 0 0 16px;">&lt;b&gt;</p>'


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("firm/text.txt", "{{ montant }}", "montant"),
        ("firm/text.txt", "Bonjour {% if %}", "ligne 1"),
        ("firm/body.html", "{{ company.__class__.__mro__ }}", "n’est pas permis|inconnue"),
        ("firm/subject.txt", "  ", "firm/subject.txt"),
        ("firm/text.txt", "{{ first.left | inconnu }}", "inconnu"),
        ("firm/text.txt", '{% include "../../secret" %}', "secret"),
        ("firm/texte.txt", "Bonjour", "fichier inattendu"),
        ("seule/text.txt", "Bonjour", "seule/body.html"),
    ],
)
def test_a_wrong_template_is_refused_at_start_and_named(tmp_path, file, text, said):
    own(tmp_path, file, text)
    with refused(SettingsError, match=said):
        check_templates(tmp_path)


def test_a_missing_folder_or_template_is_refused(tmp_path):
    with refused(SettingsError, match="n’existe pas"):
        check_templates(tmp_path / "nulle-part")
    with refused(SettingsError, match="introuvable"):
        check_templates(None, ["ma_relance"])


def test_every_value_and_filter_a_company_may_use_is_written_down(request):
    told = (request.config.rootpath / "message_templates" / "README.md").read_text(encoding="utf-8")
    words = set(re.findall(r"`([a-z_]+)[`(]", told))
    assert set(view(about())) | set(FILTERS) <= words


@pytest.mark.parametrize("template", ALL)
@pytest.mark.parametrize("file", ["words.txt", "words.tu.txt", "words.en.txt"])
def test_every_step_is_written_in_both_forms_and_both_languages(template, file, request):
    folder = request.config.rootpath / "message_templates" / "email" / template
    assert (folder / file).is_file()
