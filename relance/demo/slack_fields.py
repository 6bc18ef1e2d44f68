"""The fields of forms and menus: what they hold at first, and what a person puts in."""

from copy import deepcopy
from typing import Any

from receivables.text import fold
from relance.demo.slack_checker import Json, options_of
from relance.demo.slack_limits import interactive

CHOSEN = {
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
}
STATELESS = frozenset({"button", "overflow", "image"})


class NotThere(LookupError):
    """The person sees no such button, field or option."""


def option(element: Json, wanted: str) -> Json:
    """Return the option with this value, or else this label. Raises NotThere."""
    options = options_of(element)
    for option in options:
        if wanted == option["value"]:
            return option
    for option in options:
        if fold(wanted) and fold(wanted) in fold(option["text"]["text"]):
            return option
    raise NotThere(f"no option {wanted!r}; there are {[option['text']['text'] for option in options]}")


def state_entry(element: Json, raw: str | None) -> Json:
    """Return the entry of `state.values` for what the person typed or chose."""
    key = CHOSEN.get(element["type"], "value")
    entry: Json = {"type": element["type"], key: raw or None}
    if key == "selected_option" and raw:
        entry[key] = option(element, raw)
    elif key.endswith("s"):
        parts = [part.strip() for part in (raw or "").split(",") if part.strip()]
        entry[key] = [option(element, part) for part in parts] if key == "selected_options" else parts
    return entry


def first(element: Json) -> Json:
    """Return what a field holds before anybody touches it."""
    key = CHOSEN.get(element["type"], "value")
    return {"type": element["type"], key: element.get(_initial(element), [] if key.endswith("s") else None)}


def as_filled(view: Json, values: Json) -> Json:
    """Return the view with what was typed (`state.values`) in its fields, to be drawn."""
    filled = deepcopy(view)
    for block, element in interactive(filled["blocks"]):
        entry = values.get(block["block_id"], {}).get(element.get("action_id"))
        if entry:
            element[_initial(element)] = held(entry)
    return filled


def _initial(element: Json) -> str:
    """Return the key under which an element says what it holds at first."""
    return CHOSEN.get(element["type"], "initial_value").replace("selected_", "initial_")


def held(entry: Json) -> Any:
    """Return the value that an entry of `state.values` holds."""
    return next((value for key, value in entry.items() if key != "type"), None)


def field_of(view: Json, wanted: str) -> tuple[Json, Json]:
    """Return the field with this block_id, action_id or label (its beginning is enough). Raises NotThere."""
    fields = [(b, e) for b, e in interactive(view["blocks"]) if e["type"] not in STATELESS]
    labels = {
        id(e): ((b.get("label") or b.get("text") or {}).get("text") or "").casefold() for b, e in fields
    }
    for block, element in fields:
        if wanted in {block["block_id"], element.get("action_id")}:
            return block, element
    for block, element in fields:
        if labels[id(element)].startswith(fold(wanted)):
            return block, element
    raise NotThere(f"no field {wanted!r}; there are {sorted(labels.values())}")
