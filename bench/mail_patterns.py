"""Mails that would take the square of their length to read: each pattern gives one of about so many bytes."""

from collections.abc import Callable, Mapping


def _html(unit: str, *, before: str = "") -> Callable[[int], bytes]:
    return lambda size: _mail(b"text/html; charset=utf-8", f"{before}{unit * (size // len(unit))}".encode())


def _text(unit: str, *, before: str = "", after: str = "") -> Callable[[int], bytes]:
    def made(size: int) -> bytes:
        return _mail(b"text/plain; charset=utf-8", f"{before}{unit * (size // len(unit))}{after}".encode())

    return made


def _mail(kind: bytes, body: bytes, *, headers: bytes = b"") -> bytes:
    return b"From: a@b.example\r\n" + headers + b"Content-Type: " + kind + b"\r\n\r\n" + body


def _header(name: str, unit: str) -> Callable[[int], bytes]:
    def made(size: int) -> bytes:
        line = f"{name}: {unit * (size // len(unit))}\r\n"
        return _mail(b"text/plain", b"bonjour", headers=line.encode())

    return made


def _parameters(unit: str) -> Callable[[int], bytes]:
    return lambda size: _mail(b"multipart/report" + unit.encode() * (size // len(unit)), b"bonjour")


def _nested_tags(size: int) -> bytes:
    page = "<blockquote>" + "<b>" * (size // 8) + "</i>" * (size // 8)
    return _mail(b"text/html", page.encode())


def _nested_parts(size: int) -> bytes:
    """As many parts inside each other as lines after them."""
    parts = b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1)
        for n in range(size // 120)
    )
    return _mail(b"multipart/mixed; boundary=b0", parts + b"\n" * (size // 2))


def _nested_mails(size: int) -> bytes:
    return _mail(b"message/rfc822", b"Content-Type: message/rfc822\r\n\r\n" * (size // 32))


def _parts(size: int) -> bytes:
    return _mail(b"multipart/mixed; boundary=b", b"--b\r\n\r\n" * (size // 7))


PATTERNS: Mapping[str, Callable[[int], bytes]] = {
    "nested tags": _nested_tags,
    "links begun": _html('<a href="'),
    "links in links": _html('<a href="x" '),
    "comments begun": _html("<!--"),
    "instructions begun": _html("<?"),
    "ends begun": _html("</a "),
    "script never ended": _html("</", before="<script>"),
    "signs": _html("<"),
    "entities": _html("&#"),
    "encoded words": _header("Subject", "=?utf-8?q?a?= "),
    "encoded words begun": _header("Subject", "=?utf-8?q?a"),
    "encoded words in a thread": _header("References", "=?utf-8?q?a"),
    "encoded words of a sender": _header("From", "=?utf-8?q?a?= "),
    "comments in addresses": _header("To", "("),
    "parameters": _parameters(";"),
    "parameters in quotes": _parameters('";'),
    "parts in parts": _nested_parts,
    "mails in mails": _nested_mails,
    "parts": _parts,
    "spaces after an introduction": _text(" ", before="le 3 Jean a écrit", after="x"),
    "spaces after a field": _text(" ", before="De : x\nDe :"),
    "abbreviations": _text("M. "),
    "points": _text(".", after="x"),
    "numbers": _text("1 ", before="facture "),
}
