"""What was newly written in a mail: quoted history, signatures and marks of HTML taken off. Pure."""

import html
import re
import unicodedata
from html.parser import HTMLParser

from typing_extensions import override

_BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr"})
_UNSEEN = frozenset({"style", "script", "head", "title", "blockquote"})
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "col", "area", "base", "wbr"})

_QUOTED = re.compile(r"^\s*[>|](?!\w)")
_INTRO = re.compile(
    r"^\s*(?:le|on|il|am|el)\b.{0,200}\b(?:a [ée]crit|wrote|ha scritto|schrieb|escribi[óo])\s*:?\s*$",
    re.IGNORECASE,
)
_INTRO_BEGIN = re.compile(r"^\s*(?:le|on)\b.{5,150}$", re.IGNORECASE)
_INTRO_END = re.compile(r"\b(?:a [ée]crit|wrote)\s*:\s*$", re.IGNORECASE)
_RULE = re.compile(
    r"^\s*(?:-{2,}|_{2,}|\*{2,})\s*(?:message d.origine|message original|original message"
    r"|message transf[ée]r[ée]|forwarded message|mail original|e-mail d.origine)\b",
    re.IGNORECASE,
)
_LINE = re.compile(r"^\s*(?:_{20,}|-{20,}|={20,})\s*$")
_FIELD = re.compile(
    r"^\s*\*?(?:de|from|exp[ée]diteur|envoy[ée](?: le)?|sent|date|[àa]|to|objet|subject|cc)\s*:\s*\*?\s*\S",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\s*\*?(?:de|from|exp[ée]diteur)\s*:\*?\s*\S.{0,300}$", re.IGNORECASE)
_SIGNATURE = re.compile(r"^--\s?$")
_PHONE = re.compile(
    r"^\s*(?:envoy[ée] (?:de|depuis) mon \S|sent from my \S|t[ée]l[ée]charge[rz] outlook|get outlook for "
    r"|obtenez outlook pour )",
    re.IGNORECASE,
)


class _Words(HTMLParser):
    """Collects what a reader sees of an HTML mail, quotations aside."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self.words.append("\n" if tag in _BREAKS else "")
            return
        quoted = any(name == "class" and "gmail_quote" in (value or "") for name, value in attrs)
        if self._hidden or tag in _UNSEEN or quoted:
            self._hidden.append(tag)
        if tag in _BREAKS:
            self.words.append("\n")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                continue
        if tag in _BREAKS:
            self.words.append("\n")

    @override
    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(re.sub(r"[\s\u00a0]+", " ", data))


def from_html(page: str) -> str:
    """Return what a reader sees of an HTML mail, without what stands in its quotations."""
    reader = _Words()
    reader.feed(page)
    reader.close()
    return "".join(reader.words)


def fresh(text: str) -> str:
    """Return what the writer of a mail newly wrote: no quoted history, no signature, no control signs.

    Cut off: quoted lines, what stands under « Message d'origine » or a block of copied headers, the
    sentence that introduces a quotation, and the signature.
    """
    lines = _visible(text).split("\n")
    kept: list[str] = []
    for place, line in enumerate(lines):
        if _ends(lines, place):
            break
        if not _QUOTED.match(line):
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_without_intros(kept))).strip()


def _visible(text: str) -> str:
    plain = html.unescape(text) if "&nbsp;" in text else text
    plain = plain.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(sign for sign in plain if sign == "\n" or unicodedata.category(sign)[0] != "C")


def _ends(lines: list[str], place: int) -> bool:
    """Whether nothing new comes from this line on."""
    line = lines[place]
    if _RULE.match(line) or _SIGNATURE.match(line) or _PHONE.match(line):
        return True
    if _LINE.match(line):
        return _headers_at(lines, place + 1)
    return _headers_at(lines, place) or (_introduces(lines, place) and not _quoted_after(lines, place))


def _headers_at(lines: list[str], place: int) -> bool:
    """Whether copied headers begin here: a sender, then at least two other fields close by."""
    ahead = [line for line in lines[place : place + 8] if line.strip()]
    return bool(ahead) and bool(_FROM.match(ahead[0])) and sum(map(bool, map(_FIELD.match, ahead[1:6]))) >= 2


def _introduces(lines: list[str], place: int) -> bool:
    """Whether « Le …, X a écrit : » stands here, on one line or broken over the next ones."""
    if _INTRO.match(lines[place]):
        return True
    if not _INTRO_BEGIN.match(lines[place]):
        return False
    joined = lines[place]
    for line in lines[place + 1 : place + 4]:
        if not line.strip() or _QUOTED.match(line):
            return False
        joined = f"{joined} {line.strip()}"
        if _INTRO_END.search(line):
            return bool(_INTRO.match(joined))
    return False


def _quoted_after(lines: list[str], place: int) -> bool:
    """Whether what follows the introduction is marked as quoted, so that the answer may stand below it."""
    after = [line for line in lines[place + 1 : place + 10] if line.strip()]
    return any(_QUOTED.match(line) for line in after[:4])


def _without_intros(lines: list[str]) -> list[str]:
    kept: list[str] = []
    place = 0
    while place < len(lines):
        if _introduces(lines, place):
            while not _INTRO_END.search(lines[place]) and place < len(lines) - 1:
                place += 1
        else:
            kept.append(lines[place])
        place += 1
    return kept
