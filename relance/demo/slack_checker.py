"""Checking texts, arrays and options against limits, with pointers as Slack writes them."""

from typing import Any

Json = dict[str, Any]

PLAIN = ("plain_text",)
ANY_TEXT = ("plain_text", "mrkdwn")


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


def options_of(element: Json) -> list[Json]:
    """Return the options of a menu, those of its groups too."""
    grouped = [
        option for group in element.get("option_groups") or [] for option in group.get("options") or []
    ]
    return list(element.get("options") or []) + grouped
