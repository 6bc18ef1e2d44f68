"""XML that came from outside: read without entities, DTD and network, and of a bounded size."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from lxml import etree

from store.imports.tables.files import Unreadable
from store.imports.values import words
from store.imports.values.amounts import LARGEST, BadValue
from store.imports.values.days import in_range

MOST_BYTES = 20_000_000
"""Of an XML; what is enclosed in it counts."""
LONGEST_TEXT = 4_000
_FORMS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_BAD_ENCODING = frozenset({"ERR_UNSUPPORTED_ENCODING", "ERR_UNKNOWN_ENCODING", "ERR_INVALID_ENCODING"})


class Node:
    """An element, found by the names of its children, whatever their namespaces and their prefixes."""

    def __init__(self, element: etree._Element) -> None:
        self._element = element

    @property
    def name(self) -> str:
        """Its name, without a namespace."""
        return str(etree.QName(self._element).localname)

    def all(self, path: str) -> Iterator["Node"]:
        """Yield the elements at `Child/Grandchild`, in the order of the document."""
        steps = "/".join(f"{{*}}{step}" for step in path.split("/"))
        yield from (Node(found) for found in self._element.iterfind(steps))

    def below(self, name: str) -> Iterator["Node"]:
        """Yield the elements of that name, at whatever depth."""
        yield from (Node(found) for found in self._element.iter(f"{{*}}{name}"))

    def first(self, *paths: str) -> "Node | None":
        """Return the first element at the first of these paths that has one."""
        return next((found for path in paths for found in self.all(path)), None)

    def attribute(self, name: str) -> str:
        """Return an attribute, empty when there is none."""
        return words.text(self._element.get(name) or "")

    @property
    def text(self) -> str:
        """Its text on one line."""
        return words.text((self._element.text or "")[:LONGEST_TEXT])

    @property
    def lines(self) -> str:
        """Its text with its lines."""
        return "\n".join(
            filter(None, map(words.text, (self._element.text or "")[:LONGEST_TEXT].splitlines()))
        )

    def said(self, *paths: str) -> str:
        """Return the first text at these paths that is not empty; empty when there is none."""
        return next((node.text for path in paths for node in self.all(path) if node.text), "")

    def amount(self, *paths: str) -> Decimal | None:
        """Return the amount at the first of these paths that says one. Raises Unreadable."""
        node = next((found for path in paths for found in self.all(path) if found.text), None)
        return None if node is None else _decimal(node)

    def day(self, *paths: str) -> date | None:
        """Return the day at the first of these paths that says one. Raises Unreadable."""
        node = next((found for path in paths for found in self.all(path) if found.text), None)
        return None if node is None else _day(node)


def _wrong(node: Node, expected: str) -> Unreadable:
    return Unreadable(expected, element=node.name, value=node.text[:60])


def _decimal(node: Node) -> Decimal:
    try:
        found = Decimal(node.text)
    except InvalidOperation as error:
        raise _wrong(node, "imports.einvoice_amount") from error
    if not found.is_finite() or abs(found) >= LARGEST:
        raise _wrong(node, "imports.einvoice_amount")
    return found


def _day(node: Node) -> date:
    found = instant(node.text)
    if found is None:
        raise _wrong(node, "imports.einvoice_day")
    try:
        return in_range(found.date())
    except BadValue as error:
        raise _wrong(node, "imports.einvoice_day") from error


def instant(text: str) -> datetime | None:
    """Return what a format of UN/CEFACT (102, 203, 204) or ISO 8601 says, as it is written; None else."""
    try:
        if text.isdigit():
            return datetime.strptime(text, _FORMS[len(text)])  # noqa: DTZ007 - as it is written
        day_alone = text[:10] if text[10:11] in {"Z", "+", "-"} else text
        return datetime.fromisoformat(day_alone).replace(tzinfo=None)
    except (KeyError, ValueError):
        return None


def parse(data: bytes) -> Node:
    """Return the root of an XML. Raises Unreadable for one that is broken, too large, or has a DTD."""
    if len(data) > MOST_BYTES:
        raise Unreadable("imports.xml_too_large", megabytes=MOST_BYTES // 1_000_000)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data.lstrip(b" \t\r\n"), parser)
    except etree.XMLSyntaxError as error:
        raise _broken(data, parser, error) from error
    except (LookupError, ValueError) as error:
        raise Unreadable("imports.xml_encoding") from error
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("imports.xml_with_dtd")
    return Node(root)


def _broken(data: bytes, parser: etree.XMLParser, error: etree.XMLSyntaxError) -> Unreadable:
    if b"<!DOCTYPE" in data[:10_000] or b"<!ENTITY" in data[:10_000]:
        return Unreadable("imports.xml_with_dtd")
    kinds = {each.type_name for each in parser.error_log}
    if kinds & _BAD_ENCODING:
        return Unreadable("imports.xml_encoding")
    return Unreadable("imports.xml_broken", line=error.lineno or 1)
