"""Pages of a company's own, set in a process that is ended when it takes too much, and fetch nothing."""

import os
from pathlib import Path

import pytest

from message_templates.pages import pdf, press
from quarantine.reader import OverLimit
from receivables.errors import SettingsError
from tests.message_templates.pages.test_pdf import own, words
from tests.refusals import refused

__all__ = ["own"]

ENDED = "mise en page arrêtée"
FETCHED = "rien n’est téléchargé"


def page(folder: Path, text: str) -> bytes:
    (folder / "letter" / "x.typ").write_text(text, encoding="utf-8")
    pdf.forget()
    return pdf.pdf("letter/x", {"name": "A"}, overrides=folder)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('#read("/etc/passwd")', "file not found"),
        ('#read("../../../../../../etc/passwd")', "escape"),
        ('#include "../../../../etc/hostname"', "escape"),
        ('#image("../../../../../../etc/passwd")', "escape"),
        ('#let p = "@pre" + "view/a:0.1.0"\n#import p', FETCHED),
        ('#eval("import \\"@pre" + "view/a:0.1.0\\"")', FETCHED),
        ('#let p = "@lo" + "cal/a:0.1.0"\n#import p', FETCHED),
        ("#while true {}", "always true"),
        ("#let f() = f()\n#f()", "depth exceeded"),
        ("#range(2000000000).len()", ENDED),
        ('#("a" * 2000000000).len()', ENDED),
        ("#((1,) * 1000000000).len()", ENDED),
        ('#{let a = "aaaaaaaaaa"; for i in range(40) { a = a + a }; a.len()}', ENDED),
    ],
)
def test_what_a_page_may_not_is_refused(own: Path, text: str, said: str) -> None:
    """Files elsewhere, packages however they are spelt, memory without end; the next page is set as ever."""
    with refused(SettingsError, match=said):
        page(own, text)
    assert words(page(own, "#data.name")) == "A"


def test_a_page_that_loops_is_ended_and_not_tried_again(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock asks for a letter each half minute; other pages go on meanwhile."""
    monkeypatch.setattr(press, "MOST_SECONDS", 0.5)
    loops = "#for a in range(9000) { for b in range(9000) { for c in range(9000) {} } }"
    with refused(SettingsError, match=ENDED) as first:
        page(own, loops)
    assert isinstance(first.value.__cause__, OverLimit)
    with refused(SettingsError, match=ENDED) as again:
        pdf.pdf("letter/x", {"name": "A"}, overrides=own)
    assert again.value.__cause__ is None
    monkeypatch.undo()
    (own / "letter" / "y.typ").write_text("#data.name", encoding="utf-8")
    assert words(pdf.pdf("letter/y", {"name": "B"}, overrides=own)) == "B"


def test_another_file_of_the_folder_imports_no_package_either(own: Path) -> None:
    """Only the template itself is looked through beforehand."""
    (own / "letter" / "other.typ").write_text('#import "@preview/a:0.1.0": *', encoding="utf-8")
    with refused(SettingsError, match=FETCHED):
        page(own, '#include "/letter/other.typ"')


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_what_leads_out_of_the_folder_is_refused_before_any_page(own: Path, kind: str) -> None:
    """Typst would read through a link, and wait at a pipe for ever."""
    place = own / "letter" / "shown.png"
    if kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to("/etc/passwd" if kind == "link" else "/etc")
    with refused(SettingsError, match="hors du dossier|ni fichier ni dossier"):
        page(own, '#read("/letter/shown.png")')


def test_ours_are_set_here(monkeypatch: pytest.MonkeyPatch, own: Path) -> None:
    """A company whose letters are ours has no second process."""
    monkeypatch.delattr(press.FarPress, "set")
    assert pdf.exists("letter/formal_notice", own)
    with refused(SettingsError, match="ligne"):  # the values lack, but it was read
        pdf.pdf("letter/formal_notice", {}, overrides=own)
