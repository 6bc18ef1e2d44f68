"""Pages: what is put into them is text, whatever it holds; a company's own template stands in for ours."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest

from message_templates.pages import pdf
from receivables.errors import SettingsError
from tests.refusals import refused, told

AT = datetime(2026, 5, 18, 6, 30, tzinfo=UTC)
EVIL = '#panic("x") *gras* _a_ $x$ @ref <label> \\ #sys.inputs // rien /* */ https://evil.example'


@pytest.fixture
def own(tmp_path: Path) -> Path:
    pdf.forget()
    (tmp_path / "letter").mkdir()
    return tmp_path


def words(page: bytes) -> str:
    return " ".join(pypdf.PdfReader(io.BytesIO(page)).pages[0].extract_text().split())


def test_foreign_text_is_never_code(own: Path) -> None:
    """Whatever a name holds is printed as it is written."""
    (own / "letter" / "x.typ").write_text("#data.name", encoding="utf-8")
    assert words(pdf.pdf("letter/x", {"name": EVIL}, overrides=own)) == " ".join(EVIL.split())


def test_french_letters_and_spaces_have_their_glyphs(own: Path) -> None:
    """Accents, narrow spaces, the euro and quotes are all in the fonts."""
    said = "Échéance : 1\u202f234,50\u00a0€\u202f! « ÀÇŒ » n° 5 — l’été"
    (own / "letter" / "x.typ").write_text("#data.name", encoding="utf-8")
    reader = pypdf.PdfReader(io.BytesIO(pdf.pdf("letter/x", {"name": said}, overrides=own)))
    assert " ".join(reader.pages[0].extract_text().split()) == " ".join(said.split())
    fonts = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index] # pypdf's objects are untyped
    assert len(fonts) == 1


def test_the_same_values_make_the_same_bytes(own: Path) -> None:
    """A page is a function of its values and its instant."""
    (own / "letter" / "x.typ").write_text("#data.name", encoding="utf-8")
    first, second = (pdf.pdf("letter/x", {"name": "A"}, overrides=own, at=AT) for _ in range(2))
    assert first == second


def test_the_real_clocks_instant_is_borne_to_the_second(own: Path) -> None:
    """What the clock says has microseconds, which a page cannot bear."""
    (own / "letter" / "x.typ").write_text("#data.name", encoding="utf-8")
    ticking = AT.replace(microsecond=123456)
    first, second = (pdf.pdf("letter/x", {"name": "A"}, overrides=own, at=each) for each in (AT, ticking))
    assert first == second


def test_many_threads_share_one_press(own: Path) -> None:
    """Several people may ask for pages at once."""
    (own / "letter" / "x.typ").write_text("#data.name", encoding="utf-8")
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda n: pdf.pdf("letter/x", {"name": f"N{n}"}, overrides=own), range(12)))
    assert [words(page) for page in pages] == [f"N{n}" for n in range(12)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#data.name\n#nope", "letter/x.typ, ligne 2\u00a0: unknown variable: nope"),
        ('#read("/etc/hostname")', "letter/x.typ, ligne 1\u00a0: file not found"),
        ('#import "@preview/a:0.1.0": b', "rien n’est téléchargé"),
        ("#data.other", "letter/x.typ, ligne 1"),
    ],
)
def test_a_wrong_template_is_named(own: Path, text: str, said: str) -> None:
    """The error says which file, which line, and what."""
    (own / "letter" / "x.typ").write_text(text, encoding="utf-8")
    with refused(SettingsError) as error:
        pdf.pdf("letter/x", {"name": "A"}, overrides=own)
    assert said in told(error.value)


@pytest.mark.parametrize("name", ["letter/none", "letter/../pdf", "/etc/x", "letter//x"])
def test_an_unknown_template_is_said(name: str) -> None:
    """No template outside the folders, none that does not exist."""
    with refused(SettingsError, match="introuvable"):
        pdf.pdf(name, {})


def test_a_picture_is_the_first_page(own: Path) -> None:
    """Two pages, one PNG."""
    (own / "letter" / "x.typ").write_text("#data.name #pagebreak() b", encoding="utf-8")
    assert pdf.picture("letter/x", {"name": "A"}, overrides=own).startswith(b"\x89PNG")
