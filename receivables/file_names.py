"""Names of files made from foreign text: safe on every system, and told apart."""

import re

from receivables.text import unaccented

LONGEST = 60
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10)}
)
_STROKED = str.maketrans({"ø": "o", "Ø": "O", "ł": "l"})


def safe(text: str, otherwise: str = "sans-nom") -> str:
    """Return `text` as a file name without a path: plain letters, figures, `.`, `_`, `-`, at most 60.

    Accents are dropped; what leaves nothing gives `otherwise`. Never hidden, never a device of Windows.
    """
    name = _UNSAFE.sub("-", unaccented(text.translate(_STROKED))).strip("-._")[:LONGEST].strip("-._")
    if not name:
        return otherwise
    return f"_{name}" if name.partition(".")[0].casefold() in _RESERVED else name


class Names:
    """Gives each file a path of its own: two that would be the same on some system get a number."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def give(self, folder: str, name: str, ending: str) -> str:
        """Return a path `folder/name.ending` that was not given yet; `name` is made safe."""
        base = safe(name)
        path, count = f"{folder}/{base}.{ending}", 1
        while path.casefold() in self._taken:
            count += 1
            path = f"{folder}/{base}-{count}.{ending}"
        self._taken.add(path.casefold())
        return path
