"""What was newly written in a mail: quoted history and signatures taken off. Pure."""

import re
import unicodedata

from receivables.replies.html_text import unescaped

LONGEST_MARK = 500
"""Signs of a line that may begin a quotation or a signature: a longer line is what somebody wrote."""
_WORDS = "…"

_QUOTED = re.compile(r"^\s*[>|](?!\w)")
_INTRO = re.compile(
    r"^\s*(?:le|on|il|am|el)\b.{0,200}\b(?:a [ée]crit|wrote|ha scritto|schrieb|escribi[óo])\s*(?::\s*)?$",
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
    r"^\s*\*?(?:de|from|exp[ée]diteur|envoy[ée](?: le)?|sent|date|[àa]|to|objet|subject|cc)\s*:"
    r"\s*(?:\*\s*)?\S",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\s*\*?(?:de|from|exp[ée]diteur)\s*:\*?\s*\S.{0,300}$", re.IGNORECASE)
_SIGNATURE = re.compile(r"^--\s?$")
_PHONE = re.compile(
    r"^\s*(?:envoy[ée] (?:de|depuis) mon \S|sent from my \S|t[ée]l[ée]charge[rz] outlook|get outlook for "
    r"|obtenez outlook pour )",
    re.IGNORECASE,
)


def fresh(text: str) -> str:
    """Return what the writer of a mail newly wrote: no quoted history, no signature, no control signs.

    Cut off: quoted lines, what stands under « Message d'origine » or a block of copied headers, the
    sentence that introduces a quotation, and the signature.
    """
    lines = [line.rstrip() for line in _visible(text).split("\n")]
    marks = _marks(lines)
    kept: list[str] = []
    for place, line in enumerate(lines):
        if _ends(marks, place):
            break
        if not _QUOTED.match(line):
            kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_without_intros(kept))).strip()


def _marks(lines: list[str]) -> list[str]:
    """Return the lines as marks are looked for in them; words stand for those that are too long for one."""
    return [line if len(line) <= LONGEST_MARK else _WORDS for line in lines]


def _visible(text: str) -> str:
    plain = unescaped(text) if "&nbsp;" in text else text
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
    marks = _marks(lines)
    kept: list[str] = []
    place = 0
    while place < len(lines):
        if _introduces(marks, place):
            while not _INTRO_END.search(marks[place]) and place < len(lines) - 1:
                place += 1
        else:
            kept.append(lines[place])
        place += 1
    return kept
