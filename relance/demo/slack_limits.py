"""What Slack refuses in a message or a view: the documented limits of Block Kit.

Limits are those of the public documentation; the answers have the form of Slack's own
(`must be less than 3001 characters [json-pointer:/blocks/0/text/text]`).
"""

from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]

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
PLAIN = ("plain_text",)
ANY_TEXT = ("plain_text", "mrkdwn")
RICH = frozenset({"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"})


class Checker:
    """One pass over the blocks of a message or a view; `errors` holds what Slack would refuse."""

    def __init__(self, root: str = "") -> None:
        self.root = root
        self.errors: list[str] = []
        self.block_ids: set[str] = set()
        self.characters = 0

    def refuse(self, sentence: str, at: str) -> None:
        """Note one refusal at a JSON pointer."""
        self.errors.append(f"{sentence} [json-pointer:{self.root}{at}]")

    def string(
        self, holder: Json, key: str, at: str, most: int, *, least: int = 0, needed: bool = False
    ) -> None:
        """Check the length of a plain string."""
        value = holder.get(key)
        if value is None:
            if needed:
                self.refuse(f"missing required field: {key}", at)
            return
        if not isinstance(value, str):
            self.refuse("must provide a string", f"{at}/{key}")
        elif len(value) < least:
            self.refuse(f"must be more than {least - 1} characters", f"{at}/{key}")
        elif len(value) > most:
            self.refuse(f"must be less than {most + 1} characters", f"{at}/{key}")

    def text(
        self,
        holder: Json,
        key: str,
        at: str,
        most: int,
        kinds: tuple[str, ...] = PLAIN,
        *,
        needed: bool = True,
    ) -> None:
        """Check a text object."""
        if holder.get(key) is not None:
            self.text_object(holder[key], f"{at}/{key}", most, kinds)
        elif needed:
            self.refuse(f"missing required field: {key}", at)

    def text_object(self, value: Any, at: str, most: int, kinds: tuple[str, ...]) -> None:
        """Check that `value` is a text object of one of `kinds`, neither empty nor too long."""
        if not isinstance(value, dict) or value.get("type") not in kinds:
            self.refuse(
                f"unsupported type: {value.get('type') if isinstance(value, dict) else value}", f"{at}/type"
            )
            return
        for extra in sorted(set(value) - {"type", "text", "emoji", "verbatim"}):
            self.refuse(f"invalid additional property: {extra}", at)
        if value["type"] == "mrkdwn" and "emoji" in value:
            self.refuse("invalid additional property: emoji", at)
        self.string(value, "text", at, most, least=1, needed=True)
        self.characters += len(value.get("text") or "")

    def items(self, holder: Json, key: str, at: str, most: int, *, least: int = 1) -> list[Any]:
        """Check the length of an array and return it."""
        value = holder.get(key)
        if not isinstance(value, list):
            self.refuse(f"missing required field: {key}", at)
            return []
        if len(value) < least:
            self.refuse(f"no fewer than {least} items required", f"{at}/{key}")
        if len(value) > most:
            self.refuse(f"no more than {most} items allowed", f"{at}/{key}")
        return value

    def options(self, holder: Json, at: str, most: int, kinds: tuple[str, ...] = PLAIN) -> None:
        """Check the options of a menu."""
        for rank, option in enumerate(self.items(holder, "options", at, most)):
            here = f"{at}/options/{rank}"
            self.text(option, "text", here, 75, kinds)
            self.string(option, "value", here, 150, needed=True)
            self.text(option, "description", here, 75, kinds, needed=False)

    def initial(self, element: Json, at: str) -> None:
        """Check that what is chosen at first is one of the options."""
        pool = [option.get("value") for option in options_of(element)]
        chosen = (
            [element["initial_option"]]
            if element.get("initial_option")
            else element.get("initial_options") or []
        )
        if any(option.get("value") not in pool for option in chosen):
            self.refuse("`initial_option` must match one of the provided options", f"{at}/initial_option")

    def confirm(self, element: Json, at: str) -> None:
        """Check a confirmation dialogue."""
        if element.get("confirm"):
            here, dialogue = f"{at}/confirm", element["confirm"]
            self.text(dialogue, "title", here, 100)
            self.text(dialogue, "text", here, 300, ANY_TEXT)
            self.text(dialogue, "confirm", here, 30)
            self.text(dialogue, "deny", here, 30)

    def element(self, element: Any, at: str, allowed: frozenset[str], seen: set[str]) -> None:
        """Check one element of a block."""
        kind = element.get("type") if isinstance(element, dict) else None
        if kind not in allowed:
            self.refuse(f"unsupported type: {kind}", f"{at}/type")
            return
        if kind in ANY_TEXT:
            self.text_object(element, at, 3000, ANY_TEXT)
            return
        action = element.get("action_id")
        if action and action in seen:
            self.refuse(f"`action_id` already exists in this block: {action}", f"{at}/action_id")
        seen.add(action or "")
        self.string(element, "action_id", at, 255, least=1)
        self.text(element, "placeholder", at, 150, needed=False)
        self.confirm(element, at)
        ELEMENTS.get(kind, _nothing)(self, element, at)

    def blocks(self, blocks: Any, most: int) -> None:
        """Check the blocks of a message or a view."""
        if not isinstance(blocks, list):
            self.refuse("must provide an array", "/blocks")
            return
        if len(blocks) > most:
            self.refuse(f"no more than {most} items allowed", "/blocks")
        for rank, block in enumerate(blocks):
            self.block(block, f"/blocks/{rank}")

    def block(self, block: Any, at: str) -> None:
        """Check one block."""
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in BLOCKS:
            self.refuse(f"unsupported type: {kind}", f"{at}/type")
            return
        self.string(block, "block_id", at, 255, least=1)
        if block.get("block_id") in self.block_ids:
            self.refuse(f"`block_id` already exists: {block['block_id']}", f"{at}/block_id")
        if block.get("block_id"):
            self.block_ids.add(block["block_id"])
        BLOCKS[kind](self, block, at)


def options_of(element: Json) -> list[Json]:
    """Return the options of a menu, those of its groups too."""
    grouped = [
        option for group in element.get("option_groups") or [] for option in group.get("options") or []
    ]
    return list(element.get("options") or []) + grouped


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
        check.element(block["accessory"], f"{at}/accessory", IN_SECTION, set())


def _elements(most: int, allowed: frozenset[str]) -> Callable[[Checker, Json, str], None]:
    def check_elements(check: Checker, block: Json, at: str) -> None:
        seen: set[str] = set()
        for rank, element in enumerate(check.items(block, "elements", at, most)):
            check.element(element, f"{at}/elements/{rank}", allowed, seen if allowed is IN_ACTIONS else set())

    return check_elements


def _header(check: Checker, block: Json, at: str) -> None:
    check.text(block, "text", at, 150)


def _input(check: Checker, block: Json, at: str) -> None:
    check.text(block, "label", at, 2000)
    check.text(block, "hint", at, 2000, needed=False)
    check.element(block.get("element"), f"{at}/element", IN_INPUT, set())


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
    check.blocks(blocks, MESSAGE_BLOCKS)
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
    check.blocks(view.get("blocks"), VIEW_BLOCKS)
    if view["type"] == "modal":
        check.text(view, "title", "", 24)
        check.text(
            view, "submit", "", 24, needed=any(b.get("type") == "input" for b in view.get("blocks") or [])
        )
        check.text(view, "close", "", 24, needed=False)
    return check.errors
