"""The sandbox of own templates: known ways out of Jinja's, and all that grows, are refused in French."""

import os
from pathlib import Path

import pytest

from message_templates.checks.mails import check_templates
from message_templates.pieces.mail import render_email
from message_templates.sources.budget import MOST_STEPS, TooMuch, one_message
from message_templates.sources.sandbox import LONGEST_RANGE
from message_templates.sources.templates import forget
from receivables.errors import SettingsError
from tests.message_templates.mails import about, line
from tests.refusals import refused

PRIVATE = "n’est pas permis dans un modèle"
UNKNOWN = "filtre inconnu"
LARGE = "trop grand"
STEPS = f"plus de {MOST_STEPS} pas"
SHOWN = "ne s’affiche pas telle quelle"
DOUBLED = "{% set a = 'aaaaaaaaaa' %}"
WAYS_OUT = {
    "{{ ''.__class__.__mro__[1].__subclasses__() }}": PRIVATE,
    "{{ ''['__class__'] }}": PRIVATE,
    "{{ ''|attr('__class__') }}": UNKNOWN,
    "{{ ['']|map('attr', '__class__')|list }}": UNKNOWN,
    "{% for a in ['']|map(attribute='__class__') %}{{ a }}{% endfor %}": PRIVATE,
    "{{ ['', 'a']|sort(attribute='__class__')|first }}": PRIVATE,
    "{{ '{0.__class__.__mro__}'.format(company) }}": PRIVATE,
    "{{ '{c.__class__}'.format_map({'c': company}) }}": PRIVATE,
    "{{ ''.format.__self__ }}": PRIVATE,
    "{{ cycler.__init__.__globals__ }}": PRIVATE,
    "{{ joiner.__init__.__globals__.os }}": PRIVATE,
    "{{ namespace.__init__.__globals__ }}": PRIVATE,
    "{{ self._TemplateReference__context }}": PRIVATE,
    "{{ words._values }}": PRIVATE,
    "{{ company.__dataclass_fields__ }}": PRIVATE,
    "{{ (late|map('upper')).gi_frame }}": PRIVATE,
    "{% set n = namespace(a=1) %}{% set n.a = ''.__class__ %}": PRIVATE,
    "{{ 'a'.encode() }}": PRIVATE,
    "{{ late.append(1) }}": PRIVATE,
    "{{ lipsum() }}": "valeur inconnue",
    "{% include '/etc/passwd' %}": "introuvable",
    "{% include '../../../../etc/passwd' %}": "introuvable",
    "{% import 'ours:../../__init__.py' as x %}": "introuvable",
    "{% from '../x.txt' import y %}": "introuvable",
}
GROWING = {
    f"{{% for a in range({LONGEST_RANGE + 1}) %}}a{{% endfor %}}": "range va jusqu’à",
    "{{ 'a' * 1000000000 }}": LARGE,
    "{{ ('a' * 2000) * 2000 * 2000 }}": LARGE,
    "{{ ([1] * 2000) * 2000 }}": LARGE,
    "{{ 9 ** 99999 }}": LARGE,
    "{% set a = 99999999999 %}" + "{% set a = a * a %}" * 26 + "{{ a > 1 }}": LARGE,
    "{{ '%2000000000d' % 1 }}": LARGE,
    "{{ '{:2000000000}'.format(1) }}": PRIVATE,
    "{{ 'a'.center(2000000000) }}": PRIVATE,
    "{{ 'a'.ljust(2000000000) }}": PRIVATE,
    "{{ 'a'.zfill(2000000000) }}": PRIVATE,
    "{{ '\t'.expandtabs(2000000000) }}": PRIVATE,
    "{{ (1).to_bytes(1000000000, 'big') }}": PRIVATE,
    "{{ 'a'|center(1000000000) }}": UNKNOWN,
    "{{ 'a'|indent(1000000000) }}": UNKNOWN,
    "{{ [1]|batch(1000000000, 'x') }}": UNKNOWN,
    "{{ ('www.' * 2000)|urlize }}": UNKNOWN,
    DOUBLED + "{% set a = a ~ a %}" * 28: LARGE,
    DOUBLED + "{% set a = a + a %}" * 28: LARGE,
    DOUBLED + "{% set a %}{{ a }}{{ a }}{% endset %}" * 28: LARGE,
    DOUBLED + "{% set a = [a, a] %}" * 28 + "{{ a }}": LARGE,
    DOUBLED + "{% set a = {'a': a, 'b': a} %}" * 28 + "{{ a }}": LARGE,
    "{% set a = [1, 2] %}" + "{% set a = a + a %}" * 28: LARGE,
    "{{ ('a' * 2000)|replace('a', 'b' * 2000) }}": LARGE,
    "{{ ('a' * 2000)|join('b' * 2000) }}": LARGE,
    "{{ ([[1] * 2000] * 200)|sum(start=[]) }}": LARGE,
    "{{ 1.5|round(1000000000, 'ceil') }}": "décimales au plus",
    "{{ [1, 2] }}": SHOWN,
    "{{ dict(a=1)|string }}": SHOWN,
    "{% set n = namespace() %}{{ n ~ '' }}": SHOWN,
    "{% set n = namespace() %}{% set a = [n] %}": "ne se met pas dans une liste",
    "{% for a in range(200) %}{{ 'word ' * 1000 }}{% endfor %}": "plus de 500000 caractères",
}
ENDLESS = {
    "{% for a in range(200) %}" * 3 + "{% endfor %}" * 3: STEPS,
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}": STEPS,
    "{% macro m() %}{% for a in range(99) %}{{ caller() }}{% endfor %}{% endmacro %}"
    + "{% call m() %}" * 5
    + "{% endcall %}" * 5: STEPS,
    "{% for a in range(20) recursive %}{{ loop(range(20)) if loop.depth < 12 }}{% endfor %}": STEPS,
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}": "sans fin",
    "{{ self.opening() }}": "sans fin",
    "{{ words.opening }}": "sans fin",
    "{% include 'firm/words.txt' %}": "sans fin",
    "{% for a in late %}" * 4 + "{% endfor %}" * 4: "boucles l’une dans l’autre",
    "{{ " + "(" * 400 + "1" + ")" * 400 + " }}": "niveaux les uns dans les autres",
}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a company's folder with a folder for the mail `firm`."""
    (tmp_path / "email" / "firm").mkdir(parents=True)
    forget()
    return tmp_path


def opens_with(folder: Path, text: str) -> Path:
    words = folder / "email" / "firm" / "words.txt"
    words.write_text(f"{{% block opening %}}{text}{{% endblock %}}", encoding="utf-8")
    forget()
    return folder


@pytest.mark.parametrize(("text", "said"), [*WAYS_OUT.items(), *GROWING.items(), *ENDLESS.items()])
def test_ways_out_and_what_has_no_end_are_refused(own: Path, text: str, said: str) -> None:
    """Each is refused when the texts are looked at, before any mail, in a sentence that says why."""
    with refused(SettingsError, match=said):
        check_templates(opens_with(own, text))


def test_what_companies_write_is_still_taken(own: Path) -> None:
    """Loops over invoices, macros, sums, joined numbers and lists are what templates are for."""
    text = (
        "{% macro one(row) %}{{ row.number|lower }} ({{ row.left }}){% endmacro %}"
        "{% for section in sections %}{% for row in section.rows %}{{ loop.index }}. {{ one(row) }}"
        "{% if not loop.last %}, {% endif %}{% endfor %}{% endfor %}"
        "{% set found = namespace(n=0) %}{% for row in late %}{% set found.n = found.n + 1 %}{% endfor %}"
        " {{ found.n }} / {{ late|length }} : {{ late|map(attribute='number')|join(', ') }}"
        " {{ [1, 2]|sum }} {{ 'x' ~ n }} {{ 'a-b'.split('-')|first|upper }} {{ '%s'|replace('%s', 'y') }}"
    )
    folder = opens_with(own, text)
    check_templates(folder)
    said = render_email(about(line(1), line(2)), "firm", folder).text
    assert "1. fac-0001 (1 235,50 €)" in " ".join(said.replace("\u202f", " ").replace("\xa0", " ").split())
    assert "2 / 2 : FAC-0001, FAC-0002 3 x2 A y" in " ".join(said.split())


def test_a_mail_takes_few_steps(own: Path) -> None:
    """A hundred invoices: far from the bound, which tells loops from mails."""
    folder = opens_with(own, "{% for row in late %}{{ row.number|lower }} {% endfor %}")
    with one_message() as budget:
        render_email(about(*(line(n) for n in range(1, 101))), "firm", folder)
    assert budget.steps < MOST_STEPS / 200


def test_a_loop_over_what_a_customer_owes_ends_too(own: Path) -> None:
    """Samples have three invoices; with two hundred the same text takes more than it may."""
    folder = opens_with(own, "{% for a in late %}" * 3 + "{% endfor %}" * 3)
    check_templates(folder)
    with one_message() as budget, pytest.raises(TooMuch):
        render_email(about(*(line(n) for n in range(1, 201))), "firm", folder)
    assert budget.steps < MOST_STEPS + 1000


def test_a_link_out_of_the_folder_is_not_followed(own: Path, tmp_path: Path) -> None:
    """Neither a file nor a folder that lies elsewhere is read, nor what is no file."""
    elsewhere = tmp_path.parent / f"{tmp_path.name}-other"
    elsewhere.mkdir()
    (elsewhere / "words.txt").write_text("{% block opening %}secret{% endblock %}", encoding="utf-8")
    words = own / "email" / "firm" / "words.txt"
    words.symlink_to(elsewhere / "words.txt")
    with refused(SettingsError, match=r"words\.txt.: ce lien mène hors du dossier"):
        check_templates(own)
    with refused(SettingsError, match="hors du dossier"):
        render_email(about(), "firm", own)
    words.unlink()
    os.mkfifo(words)
    assert "secret" not in render_email(about(), "firm", own).text
    with refused(SettingsError, match="ni fichier ni dossier"):
        check_templates(own)


def test_a_link_within_the_folder_is_followed(own: Path) -> None:
    """As a cluster lays out its files."""
    (own / "kept.txt").write_text("{% block opening %}Notre texte.{% endblock %}", encoding="utf-8")
    (own / "email" / "firm" / "words.txt").symlink_to(own / "kept.txt")
    check_templates(own)
    assert "Notre texte." in render_email(about(), "firm", own).text


def test_a_huge_file_is_not_read(own: Path) -> None:
    """A template has some kilobytes."""
    with refused(SettingsError, match="fichier trop grand"):
        check_templates(opens_with(own, "a" * 600_000))
