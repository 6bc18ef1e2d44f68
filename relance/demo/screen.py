"""The terminal of the try-out: what is told around Slack, and what Slack shows."""

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO, cast
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table

from message_templates.catalogue import TEAM, say
from relance.demo.draw import Drawing
from relance.demo.mailbox import OpenedMail
from relance.demo.mrkdwn import UNBROKEN, mrkdwn, plain
from relance.demo.slack_checker import Json
from relance.demo.slack_world import Event, World

NARROWEST, WIDEST = 80, 120
SPACES = {instead: space for space, instead in UNBROKEN.items()}


class UnbrokenStream:
    """A text stream that puts back the spaces which lines may not break at (`mrkdwn.UNBROKEN`)."""

    def __init__(self, under: TextIO) -> None:
        self.under = under

    def write(self, text: str) -> int:
        """Write `text` with its own spaces."""
        return self.under.write(text.translate(SPACES))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.under, name)


def console(under: TextIO | None = None, width: int | None = None) -> Console:
    """Return the console, between 80 and 120 columns wide, on standard output unless said."""
    paper = cast("TextIO", UnbrokenStream(under or sys.stdout))
    found = Console(file=paper, width=width, highlight=False, markup=False, emoji=False)
    found.width = max(NARROWEST, min(WIDEST, found.width))
    return found


class Screen:
    """Draws for one person; `drawing.controls` knows what each number stands for."""

    def __init__(self, world: World, zone: ZoneInfo, on: Console | None = None) -> None:
        self.console = on or console()
        self.world, self.zone = world, zone
        self.drawing = Drawing(self.console, self.name)

    def name(self, key: str) -> str:
        """Return the name of a user, a group or a channel."""
        if key in self.world.people:
            return str(self.world.people[key]["real_name"])
        if key in self.world.groups:
            return str(self.world.groups[key]["handle"])
        return str(self.world.channels.get(key, {}).get("name") or key)

    def tell(self, key: str, /, **values: object) -> None:
        """Tell a sentence of `fr/slack/demo.toml`."""
        self.console.print()
        self.console.print(mrkdwn(say(f"demo.{key}", TEAM, **values), self.name))

    def refusal(self, sentence: str) -> None:
        """Tell a sentence that comes with an error."""
        self.console.print()
        self.console.print(plain(sentence), style="bold red")

    def confirmed(self, dialogue: Json) -> None:
        """Tell what Slack asks before it sends a click, and that the answer was yes."""
        told = (dialogue["title"]["text"], mrkdwn(dialogue["text"]["text"], self.name).plain)
        self.tell("click.confirmed", title=told[0], text=told[1], button=dialogue["confirm"]["text"])

    @contextlib.contextmanager
    def busy(self, key: str) -> Iterator[None]:
        """Say what is going on while it lasts."""
        with self.console.status(mrkdwn(say(f"demo.{key}", TEAM), self.name)):
            yield

    def rule(self, title: str = "") -> None:
        """Draw a line across, between two moments."""
        self.console.print()
        self.console.print(Rule(title, style="bright_magenta"))

    def typed(self, line: str) -> None:
        """Show a line as if somebody had typed it."""
        self.console.print()
        self.console.print(f"relance> {line}", style="bold bright_green")

    def show(self, events: Sequence[Event], user: str) -> bool:
        """Draw what `user` saw happen, each message once and as it stands; whether there was anything."""
        seen: set[str] = set()
        for event in events:
            key = str(event.what.get("ts") or event.what.get("id"))
            if key not in seen and self._event(event, user):
                seen.add(key)
        return bool(seen)

    def _event(self, event: Event, user: str) -> bool:
        if event.kind == "view":
            if event.what["id"] in self.world.views and event.what["user"] == user:
                self.drawing.view(event.what)
                return True
            return False
        if event.kind == "deleted":
            self.tell("where.deleted")
            return True
        if event.kind == "home" or event.what.get("to") not in {None, user}:
            return False
        self.message(event.what, changed=event.kind == "updated")
        return True

    def message(self, message: Json, *, changed: bool = False) -> None:
        """Draw one message with its place and time."""
        at = datetime.fromtimestamp(float(message["ts"]), UTC).astimezone(self.zone)
        notes = [self._place(message), *(say("demo.where.changed", TEAM),) * changed]
        self.drawing.message(message, at=at, note=" · ".join(notes), only_you="to" in message)

    def _place(self, message: Json) -> str:
        channel = self.world.channels[message["channel"]]
        if channel["is_im"]:
            return say("demo.where.direct", TEAM, name=self.name(channel["user"]))
        thread = message.get("thread_ts") not in {None, message["ts"]}
        return f"#{channel['name']}" + (f", {say('demo.where.thread', TEAM)}" if thread else "")

    def mails(self, mails: Iterable[OpenedMail]) -> None:
        """List e-mails: to whom, and what it says first."""
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(overflow="ellipsis", no_wrap=True, style="bright_blue", max_width=36)
        table.add_column(overflow="ellipsis", no_wrap=True, ratio=1)
        for mail in mails:
            table.add_row(mail.to, mail.says.translate(UNBROKEN))
        self.console.print(Padding(table, (1, 0, 0, 3)))

    def page(self, path: Path) -> None:
        """Say where the page of the e-mails is, on a line of its own so that it can be copied."""
        self.tell("page_is_at", page="")
        self.console.print(f"   {path.as_uri()}", style="underline bright_blue", soft_wrap=True)
