"""What Slack refuses in a message or a view: the documented limits of Block Kit.

Limits are those of the public documentation; the answers have the form of Slack's own
(`must be less than 3001 characters [json-pointer:/blocks/0/text/text]`).
"""

from collections.abc import Callable, Iterator
from typing import Any

from relance.demo.slack_checker import ANY_TEXT, Checker, Json

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
TEXT_MOST = 40_000
BLOCKS_CHARACTERS = 13_000
SELECTS = frozenset(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "users", "conversations", "channels")
)
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons"})
IN_SECTION = SELECTS | {
    "button",
    "overflow",
    "image",
    "datepicker",
    "timepicker",
    "checkboxes",
    "radio_buttons",
}
IN_ACTIONS = SELECTS | PICKERS | {"button", "overflow"}
IN_INPUT = (
    SELECTS
    | PICKERS
    | {"plain_text_input", "email_text_input", "url_text_input", "number_input", "file_input"}
)
IN_CONTEXT = frozenset({"image", "plain_text", "mrkdwn"})
RICH = frozenset({"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"})


def check_element(check: Checker, element: Any, at: str, allowed: frozenset[str], seen: set[str]) -> None:
    """Check one element of a block."""
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in allowed:
        check.refuse(f"unsupported type: {kind}", f"{at}/type")
        return
    if kind in ANY_TEXT:
        check.text_object(element, at, 3000, ANY_TEXT)
        return
    action = element.get("action_id")
    if action and action in seen:
        check.refuse(f"`action_id` already exists in this block: {action}", f"{at}/action_id")
    seen.add(action or "")
    check.string(element, "action_id", at, 255, least=1)
    check.text(element, "placeholder", at, 150, needed=False)
    check.confirm(element, at)
    ELEMENTS.get(kind, _nothing)(check, element, at)


def check_blocks(check: Checker, blocks: Any, most: int) -> None:
    """Check the blocks of a message or a view."""
    if not isinstance(blocks, list):
        check.refuse("must provide an array", "/blocks")
        return
    if len(blocks) > most:
        check.refuse(f"no more than {most} items allowed", "/blocks")
    for rank, block in enumerate(blocks):
        check_block(check, block, f"/blocks/{rank}")


def check_block(check: Checker, block: Any, at: str) -> None:
    """Check one block."""
    kind = block.get("type") if isinstance(block, dict) else None
    if kind not in BLOCKS:
        check.refuse(f"unsupported type: {kind}", f"{at}/type")
        return
    check.string(block, "block_id", at, 255, least=1)
    if block.get("block_id") in check.block_ids:
        check.refuse(f"`block_id` already exists: {block['block_id']}", f"{at}/block_id")
    if block.get("block_id"):
        check.block_ids.add(block["block_id"])
    BLOCKS[kind](check, block, at)


def _nothing(_check: Checker, _element: Json, _at: str) -> None:
    """Accept an element which has no limit of its own."""


def _button(check: Checker, element: Json, at: str) -> None:
    check.text(element, "text", at, 75)
    check.string(element, "value", at, 2000)
    check.string(element, "url", at, 3000)
    check.string(element, "accessibility_label", at, 75)
    if element.get("style") not in {None, "primary", "danger"}:
        check.refuse("must be a valid enum value", f"{at}/style")


def _static_select(check: Checker, element: Json, at: str) -> None:
    if "option_groups" in element:
        for rank, group in enumerate(check.items(element, "option_groups", at, 100)):
            check.text(group, "label", f"{at}/option_groups/{rank}", 75)
            check.options(group, f"{at}/option_groups/{rank}", 100)
    else:
        check.options(element, at, 100)
    check.initial(element, at)


def _overflow(check: Checker, element: Json, at: str) -> None:
    check.options(element, at, 5)


def _choices(check: Checker, element: Json, at: str) -> None:
    check.options(element, at, 10, ANY_TEXT)
    check.initial(element, at)


def _image(check: Checker, element: Json, at: str) -> None:
    check.string(element, "alt_text", at, 2000, least=1, needed=True)
    check.string(element, "image_url", at, 3000)
    if not element.get("image_url") and not element.get("slack_file"):
        check.refuse("must define either `slack_file` or `image_url`", at)


def _text_input(check: Checker, element: Json, at: str) -> None:
    check.string(element, "initial_value", at, 3000)


def _number_input(check: Checker, element: Json, at: str) -> None:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        check.refuse("missing required field: is_decimal_allowed", at)
    for key in ("initial_value", "min_value", "max_value"):
        check.string(element, key, at, 100)


def _section(check: Checker, block: Json, at: str) -> None:
    check.text(block, "text", at, 3000, ANY_TEXT, needed="fields" not in block)
    if "fields" in block:
        for rank, field in enumerate(check.items(block, "fields", at, 10)):
            check.text_object(field, f"{at}/fields/{rank}", 2000, ANY_TEXT)
    if block.get("accessory") is not None:
        check_element(check, block["accessory"], f"{at}/accessory", IN_SECTION, set())


def _elements(most: int, allowed: frozenset[str]) -> Callable[[Checker, Json, str], None]:
    def check_elements(check: Checker, block: Json, at: str) -> None:
        seen: set[str] = set()
        for rank, element in enumerate(check.items(block, "elements", at, most)):
            known = seen if allowed is IN_ACTIONS else set()
            check_element(check, element, f"{at}/elements/{rank}", allowed, known)

    return check_elements


def _header(check: Checker, block: Json, at: str) -> None:
    check.text(block, "text", at, 150)


def _input(check: Checker, block: Json, at: str) -> None:
    check.text(block, "label", at, 2000)
    check.text(block, "hint", at, 2000, needed=False)
    check_element(check, block.get("element"), f"{at}/element", IN_INPUT, set())


def _rich_text(check: Checker, block: Json, at: str) -> None:
    for rank, element in enumerate(check.items(block, "elements", at, 1000, least=0)):
        if element.get("type") not in RICH:
            check.refuse(f"unsupported type: {element.get('type')}", f"{at}/elements/{rank}/type")


BLOCKS: dict[str, Callable[[Checker, Json, str], None]] = {
    "section": _section,
    "header": _header,
    "divider": _nothing,
    "image": _image,
    "context": _elements(10, IN_CONTEXT),
    "actions": _elements(25, IN_ACTIONS),
    "input": _input,
    "rich_text": _rich_text,
}
ELEMENTS: dict[str, Callable[[Checker, Json, str], None]] = {
    "button": _button,
    "static_select": _static_select,
    "multi_static_select": _static_select,
    "overflow": _overflow,
    "checkboxes": _choices,
    "radio_buttons": _choices,
    "image": _image,
    "plain_text_input": _text_input,
    "number_input": _number_input,
}


def interactive(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield (block, element) for all that a person can press, choose or fill."""
    for block in blocks:
        if block["type"] == "section" and block.get("accessory", {}).get("type", "image") != "image":
            yield block, block["accessory"]
        elif block["type"] == "actions":
            yield from ((block, element) for element in block["elements"])
        elif block["type"] == "input":
            yield block, block["element"]


def message_errors(message: Json) -> tuple[str, list[str]]:
    """Return Slack's error code ("" when none) and its details for a message's text and blocks."""
    text, blocks = message.get("text") or "", message.get("blocks") or []
    if not text and not blocks:
        return "no_text", []
    if len(text) > TEXT_MOST:
        return "msg_too_long", []
    check = Checker()
    check_blocks(check, blocks, MESSAGE_BLOCKS)
    if check.errors:
        return "invalid_blocks", check.errors
    return ("msg_blocks_too_long", []) if check.characters > BLOCKS_CHARACTERS else ("", [])


def view_errors(view: Any) -> list[str]:
    """Return what Slack would refuse in a modal or in a Home tab."""
    check = Checker("/view")
    if not isinstance(view, dict) or view.get("type") not in {"modal", "home"}:
        check.refuse("must provide a view of type modal or home", "")
        return check.errors
    check.string(view, "private_metadata", "", 3000)
    check.string(view, "callback_id", "", 255)
    check_blocks(check, view.get("blocks"), VIEW_BLOCKS)
    if view["type"] == "modal":
        check.text(view, "title", "", 24)
        check.text(
            view, "submit", "", 24, needed=any(b.get("type") == "input" for b in view.get("blocks") or [])
        )
        check.text(view, "close", "", 24, needed=False)
    return check.errors
