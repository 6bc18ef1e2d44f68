"""Block Kit in the terminal: the very blocks that Slack gets, drawn as close to Slack as a terminal can.

Whatever can be pressed gets a number (`clic 4`), whatever can be filled a short name (`remplir date=…`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from message_templates.catalogue import TEAM, tell
from receivables.text import fold
from relance.demo.mrkdwn import UNBROKEN, Names, mrkdwn, plain, rich_text
from relance.demo.slack_checker import Json, options_of

NUMBER = "bold bright_cyan"
BUTTONS = {"primary": "bold white on green4", "danger": "bold white on red3"}
BUTTON = "white on grey27"
FIELD = "white on grey23"
HINT = "italic bright_black on grey23"
NBSP = chr(UNBROKEN[0xA0])
Errors = Mapping[str, str]
NO_ERRORS: Errors = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Control:
    """Something numbered: where it is (a message's `ts` or a view's id) and which element."""

    holder: str
    block_id: str
    element: Json

    @property
    def menu(self) -> bool:
        """Whether one must also say what to choose in it."""
        return bool(self.element["type"] != "button")

    def labels(self) -> list[str]:
        """Return what can be chosen in a menu."""
        return [plain(option["text"]["text"]) for option in options_of(self.element)]


@dataclass
class Drawing:
    """Draws on a console and remembers what each number stands for."""

    console: Console
    names: Names
    controls: dict[int, Control] = field(default_factory=dict)

    def message(self, message: Json, *, at: datetime, note: str = "", only_you: bool = False) -> None:
        """Draw a message as it stands in a channel; `at` is local, `note` says where it is."""
        whole = Group(_signature(at, note), Padding(Group(*self.body(message, message["ts"])), (0, 0, 0, 3)))
        self.console.print()
        self.console.print(_for_you_only(whole) if only_you else whole)

    def body(self, holder: Json, key: str) -> list[RenderableType]:
        """Return the blocks of a message, its bare text when it has none, and its files."""
        blocks = holder.get("blocks") or []
        parts = self.blocks(blocks, key) if blocks else [mrkdwn(holder.get("text") or "", self.names)]
        files = [Text(f"📎 {file['name']}", "bright_blue underline") for file in holder.get("files") or []]
        return [*parts, *files]

    def view(self, view: Json, errors: Errors = NO_ERRORS) -> None:
        """Draw a modal; `errors` by block_id, as the app answered."""
        parts = self.blocks(view["blocks"], view["id"], errors)
        parts.append(self._form_foot(view))
        title = Text(f" {plain(view['title']['text'])} ", "bold")
        self.console.print()
        self.console.print(
            Panel(Group(*parts), box=box.HEAVY, title=title, padding=(1, 2), border_style="bright_magenta")
        )

    def _form_foot(self, view: Json) -> RenderableType:
        foot = Text("[fermer]", NUMBER, justify="right")
        foot.append(f"{NBSP}{_label(view.get('close'), 'Fermer')}{NBSP}", BUTTON)
        if view.get("submit"):
            foot.append("   [envoyer]", NUMBER)
            foot.append(f"{NBSP}{_label(view['submit'], 'Envoyer')}{NBSP}", BUTTONS["primary"])
        return Padding(foot, (1, 0, 0, 0))

    def blocks(self, blocks: Iterable[Json], holder: str, errors: Errors = NO_ERRORS) -> list[RenderableType]:
        """Return the blocks drawn, in order, and a legend for the menus among them."""
        known, seen = list(blocks), len(self.controls)
        drawn = [part for block in known for part in self._block(block, holder, known, errors)]
        return [*drawn, *self._legend(list(self.controls)[seen:])]

    def _legend(self, numbers: list[int]) -> list[RenderableType]:
        """Say once what can be chosen in menus drawn as ⋯."""
        menus = [n for n in numbers if self.controls[n].element["type"] == "overflow"]
        if not menus:
            return []
        choices = " · ".join(self.controls[menus[0]].labels())
        choice = fold(self.controls[menus[0]].labels()[-1]).split()[0]
        return [Text(f"⋯ {choices}  →  clic {menus[0]} {choice}", "italic bright_black")]

    def _block(self, block: Json, holder: str, blocks: list[Json], errors: Errors) -> list[RenderableType]:
        kind = block["type"]
        if kind == "section":
            return [self._section(block, holder)]
        if kind == "actions":
            return [self._actions(block, holder)]
        if kind == "input":
            return self._input(block, blocks, errors)
        return [self._still(block)]

    def _still(self, block: Json) -> RenderableType:
        """Return a block in which there is nothing to press."""
        kind = block["type"]
        if kind == "header":
            return Padding(Text(plain(block["text"]["text"]), "bold underline"), (1, 0, 0, 0))
        if kind == "divider":
            return Rule(style="grey37")
        if kind == "image":
            return Text(f"🖼  {block['alt_text']}", "italic")
        if kind == "rich_text":
            return rich_text(block, self.names)
        return self._context(block)

    def _context(self, block: Json) -> RenderableType:
        parts = [
            Text(f"🖼  {part['alt_text']}") if part["type"] == "image" else self.text(part)
            for part in block["elements"]
        ]
        line = Text("  ").join(parts)
        line.stylize("bright_black", 0, len(line))
        return line

    def text(self, value: Json) -> Text:
        """Return a text object, mrkdwn or plain."""
        return mrkdwn(value["text"], self.names) if value["type"] == "mrkdwn" else Text(plain(value["text"]))

    def _section(self, block: Json, holder: str) -> RenderableType:
        parts: list[RenderableType] = [self.text(block["text"])] if block.get("text") else []
        if block.get("fields"):
            parts.append(self._fields(block["fields"]))
        accessory = block.get("accessory")
        if accessory is None or accessory["type"] == "image":
            return Group(*parts)
        grid = Table.grid(expand=True, padding=(0, 1))
        grid.add_column(ratio=1)
        grid.add_column(justify="right", no_wrap=True)
        grid.add_row(Group(*parts), self._control(block, accessory, holder))
        return grid

    def _fields(self, fields: list[Json]) -> RenderableType:
        grid = Table.grid(expand=True, padding=(0, 2))
        grid.add_column(ratio=1)
        grid.add_column(ratio=1)
        drawn = [self.text(one) for one in fields]
        for left, right in zip(drawn[::2], [*drawn[1::2], Text()], strict=False):
            grid.add_row(left, right)
        return grid

    def _actions(self, block: Json, holder: str) -> RenderableType:
        return Text("   ").join(self._control(block, element, holder) for element in block["elements"])

    def _control(self, block: Json, element: Json, holder: str) -> Text:
        """Return a button or a menu with its number."""
        number = len(self.controls) + 1
        self.controls[number] = Control(holder, block["block_id"], element)
        drawn = Text(f"[{number}]", NUMBER)
        if element["type"] == "overflow":
            return drawn.append(" ⋯ ", BUTTON)
        style = BUTTONS.get(element.get("style") or "", BUTTON)
        shown = _label(element.get("text") or element.get("placeholder"), _chosen(element))
        mark = "" if element["type"] == "button" else " ▾"
        return drawn.append(f" {shown}{mark} ".replace(" ", NBSP), style)

    def _input(self, block: Json, blocks: list[Json], errors: Errors) -> list[RenderableType]:
        label = Text(plain(block["label"]["text"]), "bold")
        label.append("" if block.get("optional") else " *", "red")
        label.append(f"  [{field_names(blocks)[block['block_id']]}=]", NUMBER)
        element = block["element"]
        parts: list[RenderableType] = [label, _held(element)]
        choices = [plain(option["text"]["text"]) for option in options_of(element)]
        if choices:
            parts.append(Text("  " + " · ".join(choices), "bright_black"))
        if block.get("hint"):
            parts.append(Text(plain(block["hint"]["text"]), "italic bright_black"))
        if block["block_id"] in errors:
            parts.append(Text(f"⚠ {plain(errors[block['block_id']])}", "bold red"))
        return [*parts, Text()]


def field_names(blocks: Iterable[Json]) -> dict[str, str]:
    """Return a short name for each field, by block_id: the first words of its label that tell it apart."""
    labels = {b["block_id"]: fold(b["label"]["text"]).split() for b in blocks if b["type"] == "input"}
    named: dict[str, str] = {}
    for block_id, words in labels.items():
        for count in range(1, len(words) + 1):
            named[block_id] = "-".join(words[:count])
            if sum(other[:count] == words[:count] for other in labels.values()) == 1:
                break
    return named


def _signature(at: datetime, note: str) -> Text:
    """Return the line above a message: who, when, where."""
    line = Text.assemble(("▞▚ ", "bold magenta"), ("Relance", "bold"), " ", (" APPLI ", "black on grey70"))
    return line.append(f"  {at:%H:%M}  ", "bright_black").append(note, "italic bright_black")


def _for_you_only(message: RenderableType) -> Panel:
    head = Text(f"◉ {tell('demo.only_you', TEAM)}", "italic bright_black")
    return Panel(message, box=box.ROUNDED, title=head, title_align="left", border_style="bright_black")


def _label(value: Json | None, otherwise: str) -> str:
    return plain(value["text"]) if value else otherwise


def _held(element: Json) -> Text:
    """Return what a field holds, or between ‹ › the hint it shows while empty."""
    if _chosen(element):
        return Text(f" {_chosen(element)} ", FIELD)
    hint = _label(element.get("placeholder"), "")
    return Text(f" ‹{hint}› " if hint else " " * 26, HINT)


def _chosen(element: Json) -> str:
    """Return what a field holds at first, as people read it."""
    option: Any = element.get("initial_option")
    if option:
        return plain(option["text"]["text"])
    options = element.get("initial_options") or []
    if options:
        return ", ".join(plain(one["text"]["text"]) for one in options)
    if element.get("initial_date"):
        return f"{date.fromisoformat(element['initial_date']):%d/%m/%Y}"
    return str(element.get("initial_value") or "")
