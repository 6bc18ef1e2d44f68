"""Columns that say yes or no, however they are ticked."""

from functools import lru_cache

from receivables.text import fold

_YES = frozenset(["oui", "yes", "x", "true", "vrai", "o", "y", "v", "t", "1", "on", "ok"])
_NO = frozenset(
    ["non", "no", "false", "faux", "n", "f", "0", "off", "aucun", "aucune", "neant", "none", "rien", "sans"]
)
_TICKED = frozenset("✓✔☑✅🗸🗹👍")
_CROSSED = frozenset("✗✘☒❌☐✖⬜🚫👎")


@lru_cache(maxsize=1024)
def yes_or_no(value: str) -> bool | None:
    """Return what a cell says; None when it says neither."""
    signs = set(value)
    if signs & _TICKED or signs & _CROSSED:
        return bool(signs & _TICKED) if not (signs & _TICKED and signs & _CROSSED) else None
    folded = fold(value)
    if folded in _YES:
        return True
    return False if folded in _NO or not folded else None
