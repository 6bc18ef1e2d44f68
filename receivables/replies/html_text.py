"""What a reader sees of an HTML mail, quotations aside. Pure.

Written for pages that mean harm: each sign is looked at a fixed number of times, however broken the page,
and nothing is searched again that was searched in vain. What is never closed ends with the page, as in
browsers.
"""

import html
import re
from collections import Counter

_BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr"})
_UNSEEN = frozenset({"style", "script", "head", "title", "blockquote"})
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "col", "area", "base", "wbr"})

_NAME = re.compile(r"/?([a-zA-Z][^\s/>]*)")
_IN_TAG = re.compile(r"=\s*(?:\"[^\"]*\"|'[^']*')|>")
"""A value in quotes, in which a tag does not end, or the end of the tag."""
_CLASS = re.compile(r"\sclass\s*=\s*(\"[^\"]*\"|'[^']*'|\S*)", re.IGNORECASE)
_GMAIL = "gmail_quote"
_RAW = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")}
"""What holds no tags, and how it ends."""
_SPACE = re.compile(r"[\s\u00a0]+")
_NO_SIGN = re.compile(r"&#[0-9]{8,}")
"""A number too long for any sign, and maybe for Python."""


def from_html(page: str) -> str:
    """Return what a reader sees of an HTML mail, without what stands in its quotations."""
    seen, place = _Seen(), 0
    while (begin := page.find("<", place)) >= 0:
        seen.text(page[place:begin])
        place = _after_mark(page, begin, seen)
    seen.text(page[place:])
    return "".join(seen.words)


def unescaped(text: str) -> str:
    """Return `text` with the signs that its entities stand for."""
    return html.unescape(_NO_SIGN.sub("", text))


class _Seen:
    """What is seen so far; `_hidden` are the open tags since the first that hides what it holds."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._hidden: list[str] = []
        self._counts: Counter[str] = Counter()

    def text(self, text: str) -> None:
        if text and not self._hidden:
            self.words.append(_SPACE.sub(" ", unescaped(text)))

    def opened(self, tag: str, attributes: str) -> None:
        if tag in _BREAKS:
            self.words.append("\n")
        if tag not in _VOID and (self._hidden or tag in _UNSEEN or _quotes(attributes)):
            self._hidden.append(tag)
            self._counts[tag] += 1

    def closed(self, tag: str) -> None:
        if tag in _BREAKS:
            self.words.append("\n")
        while self._counts[tag]:
            last = self._hidden.pop()
            self._counts[last] -= 1
            if last == tag:
                break


def _quotes(attributes: str) -> bool:
    found = _CLASS.search(attributes)
    return found is not None and _GMAIL in found[1]


def _after_mark(page: str, begin: int, seen: _Seen) -> int:
    """Take in what begins with the `<` at `begin`; return where it ends."""
    if page.startswith("<!--", begin):
        return _after(page, "-->", begin + 2)
    name = _NAME.match(page, begin + 1)
    if name is not None:
        return _after_tag(page, name, seen)
    if page.startswith(("<!", "<?", "</"), begin):
        return _after(page, ">", begin)
    seen.text("<")
    return begin + 1


def _after(page: str, end: str, place: int) -> int:
    found = page.find(end, place)
    return found + len(end) if found >= 0 else len(page)


def _after_tag(page: str, name: re.Match[str], seen: _Seen) -> int:
    place = name.end()
    while (found := _IN_TAG.search(page, place)) is not None:
        place = found.end()
        if found[0] == ">":
            return _take_tag(page, name, place, seen)
    return len(page)


def _take_tag(page: str, name: re.Match[str], end: int, seen: _Seen) -> int:
    """Take in a whole tag, which ends at `end`; return where what follows begins."""
    tag, attributes = name[1].lower(), page[name.end() : end - 1]
    if name[0].startswith("/"):
        seen.closed(tag)
        return end
    if tag in _RAW:
        raw = _RAW[tag].search(page, end)
        return _after(page, ">", raw.end()) if raw is not None else len(page)
    seen.opened(tag, attributes)
    if attributes.endswith("/") and tag not in _VOID:
        seen.closed(tag)
    return end
