"""Reading the fields of a form that was sent. Each field's block and element have the same name."""

from datetime import date, time
from typing import Any


def _state(view: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = view["state"]["values"].get(name, {}).get(name) or {}
    return found


def typed(view: dict[str, Any], name: str) -> str:
    """Return a text field, "" when empty or absent."""
    return str(_state(view, name).get("value") or "")


def chosen(view: dict[str, Any], name: str) -> str | None:
    """Return the value chosen in a list."""
    option = _state(view, name).get("selected_option")
    return str(option["value"]) if option else None


def many_chosen(view: dict[str, Any], name: str) -> list[str]:
    """Return the values chosen in a list of which several may be."""
    return [str(option["value"]) for option in _state(view, name).get("selected_options") or ()]


def day_of(view: dict[str, Any], name: str) -> date | None:
    """Return the day chosen in a calendar."""
    picked = _state(view, name).get("selected_date")
    return date.fromisoformat(picked) if picked else None


def time_of(view: dict[str, Any], name: str) -> time | None:
    """Return the time of day chosen on a clock."""
    picked = _state(view, name).get("selected_time")
    return time.fromisoformat(picked) if picked else None


def user_of(view: dict[str, Any], name: str) -> str | None:
    """Return the person chosen in a list of the workspace's people."""
    return _state(view, name).get("selected_user") or None
