"""What is typed at the prompt of the try-out, and what comes of it.

A slash command, a click or a form goes through the same Bolt application as in production, as a signed
request; this file only turns words into what a person would do in Slack.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from rapidfuzz import process

from bot.app import COMMANDS
from bot.typed.dates import Side, read_date
from receivables.errors import RelanceError
from receivables.text import fold
from relance.demo.draw import Control, field_names
from relance.demo.mailbox import write_page
from relance.demo.screen import Screen
from relance.demo.slack_checker import Json, options_of
from relance.demo.slack_fields import NotThere, as_filled, option
from relance.demo.slack_person import Answer, SlackPerson
from relance.demo.slack_world import CHANNEL
from relance.demo.stage import MORNING, SENDING, Stage
from relance.terminal import refusal

ACTORS = ("U0MARIE", "U0PAUL", "U0SOPHIE", "U0KARIM")
SLASH = tuple(COMMANDS)
FARTHEST_DAYS = 60
_PAIR = re.compile(r"([\w-]+)\s*=\s*(.*?)(?=\s+[\w-]+\s*=|$)")


class Conversation:
    """One person's session. `hear` takes a line; it returns False when the session ends."""

    def __init__(self, stage: Stage, screen: Screen) -> None:
        self.stage, self.screen = stage, screen
        self.people: dict[str, SlackPerson] = {user: stage.person(user) for user in ACTORS}
        self.me = self.people[ACTORS[0]]
        self.words: Mapping[str, Callable[[str], bool | None]] = {
            "clic": self.click, "remplir": self.fill, "envoyer": self.send, "fermer": self.close,
            "jour": self.travel, "mails": self.mails, "point": self.morning, "moi": self.become,
            "aide": self.help, "quitter": self.leave,
        }  # fmt: skip

    def hear(self, line: str) -> bool:
        """Do what a line says; an empty one does nothing."""
        line = line.strip()
        word, _, rest = line.partition(" ")
        if line.startswith("/") and word not in SLASH:
            self.screen.tell("unknown_command", commands=", ".join(SLASH))
        elif line.startswith("/"):
            self._watch(lambda: self.me.command(line))
        elif fold(word) in {"q", "quit", "exit"}:
            return self.leave("")
        elif fold(word) in self.words:
            return self.words[fold(word)](rest.strip()) is not False
        elif line:
            self._not_understood(line, fold(word))
        return True

    def _not_understood(self, line: str, word: str) -> None:
        near = process.extractOne(word, [*self.words, *SLASH], score_cutoff=60)
        if near:
            self.screen.tell("near", typed=line, near=near[0])
        else:
            self.screen.tell("not_understood", typed=line)

    def _watch(self, act: Callable[[], Answer]) -> Answer:
        """Do something in Slack, wait until the application is done, and show what it did."""
        events = self.stage.slack.world.events
        before = len(events)
        answer = act()
        sent = self.stage.settle()
        if answer.status != 200:
            self.screen.tell("failed", status=answer.status)
        elif not self.screen.show(events[before:], self.me.user) and not answer.data and not sent:
            self.screen.tell("nothing_shown")
        if sent:
            self.screen.tell("left_now", sent=sent)
            self.screen.mails(self.stage.mailbox.mails()[-sent:])
        return answer

    # --- buttons and menus ---------------------------------------------------------------------------

    def click(self, rest: str) -> None:
        """Press what a number stands for: `clic 4`, `clic 7 appel`; or the latest button of a name."""
        first, _, choice = rest.partition(" ")
        number = int(first) if first.isdigit() else self._called(rest)
        control = self.screen.drawing.controls.get(number)
        holder = self._holder(control) if control else None
        if not rest:
            self.screen.tell("click.how")
        elif control is None or holder is None:
            self.screen.tell("click.unknown", typed=first if first.isdigit() else rest)
        elif not control.menu or self._choosable(control, number, choice.strip()):
            self._press(holder, control, number, choice.strip())

    def _called(self, name: str) -> int:
        """Return the number of the latest button whose label begins with `name`; 0 when there is none."""
        controls = reversed(self.screen.drawing.controls.items())
        buttons = ((number, one.element["text"]["text"]) for number, one in controls if not one.menu)
        return next((number for number, text in buttons if name and fold(text).startswith(fold(name))), 0)

    def _holder(self, control: Control) -> Json | None:
        """Return the message or the view that a control is in, as it is now."""
        world = self.stage.slack.world
        if control.holder in world.views:
            return world.views[control.holder]
        return next((m for m in [*world.messages, *world.ephemerals] if m["ts"] == control.holder), None)

    def _choosable(self, control: Control, number: int, choice: str) -> bool:
        labels = control.labels()
        try:
            if choice:
                option(control.element, choice)
                return True
        except NotThere:
            self.screen.tell("click.no_choice", typed=choice, choices=", ".join(labels))
            return False
        example = fold(labels[0]).split()[0] if labels else "…"
        self.screen.tell("click.choose", number=number, choices=", ".join(labels), example=example)
        return False

    def _press(self, holder: Json, control: Control, number: int, choice: str) -> None:
        value = choice if control.menu else control.element.get("value")
        action, block = control.element["action_id"], control.block_id
        if control.element.get("confirm"):
            self.screen.confirmed(control.element["confirm"])
        try:
            self._watch(lambda: self.me.press(holder, action, value=value, block_id=block))
        except NotThere:
            self.screen.tell("click.gone", number=number)
            self.screen.message(holder)

    # --- forms ---------------------------------------------------------------------------------------

    def fill(self, rest: str) -> None:
        """Fill fields of the open form: `remplir date=15/12 montant=500`."""
        view = self.me.view
        if view is None:
            self.screen.tell("form.none", number=self.example())
            return
        pairs, names = _PAIR.findall(rest), field_names(view["blocks"])
        if not pairs:
            self.screen.tell("form.how", example=next(iter(names.values()), "note"))
        elif self._typed(view, names, pairs):
            self.screen.drawing.view(self._seen(view))
            self.screen.tell("form.filled")

    def _typed(self, view: Json, names: Mapping[str, str], pairs: list[tuple[str, str]]) -> bool:
        fields = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
        for key, value in pairs:
            block_id = _named(key, names)
            if block_id is None:
                self.screen.tell("form.unknown", typed=key, fields=", ".join(names.values()))
                return False
            element = fields[block_id]
            try:
                self.me.fill({block_id: self._as_slack(element, value)})
            except NotThere:
                choices = ", ".join(one["text"]["text"] for one in options_of(element))
                self.screen.tell("form.no_choice", typed=value, choices=choices)
                return False
            except RelanceError as error:
                self.screen.refusal(refusal(error))
                return False
        return True

    def _as_slack(self, element: Json, value: str) -> str | None:
        """Return a value as Slack holds it: a day of a calendar is ISO there. Raises RelanceError."""
        value = value.strip('"«»“”\u00a0 ')
        if element["type"] == "datepicker" and value:
            return read_date(value, today=self.stage.today(), side=Side.FUTURE).isoformat()
        return value or None

    def _seen(self, view: Json) -> Json:
        return as_filled(view, self.me.filled(view)["state"]["values"])

    def send(self, _rest: str) -> None:
        """Send the open form."""
        view, missing = self.me.view, self.me.missing()
        if view is None:
            self.screen.tell("form.none", number=self.example())
        elif missing:
            self.screen.tell("form.missing", fields=", ".join(missing), count=len(missing))
        else:
            answer = self._watch(self.me.submit)
            errors = answer.data.get("errors")
            if errors:
                self.screen.tell("form.errors")
                self.screen.drawing.view(self._seen(view), errors)

    def close(self, _rest: str) -> None:
        """Close the open form without sending it."""
        if self.me.view is None:
            self.screen.tell("form.none", number=self.example())
        else:
            self.me.close()
            self.screen.tell("form.closed")

    # --- time, mails, people -------------------------------------------------------------------------

    def travel(self, rest: str) -> None:
        """Let days go by, each open one played: `jour +7`."""
        match = re.fullmatch(r"\+?\s*(\d{1,3})(?:\s*j(?:ours?)?)?", rest)
        if match is None or not 1 <= int(match[1]) <= FARTHEST_DAYS:
            self.screen.tell("time.how")
            return
        start = self.stage.today()
        end = start + timedelta(days=int(match[1]))
        days = list(self.stage.open_days(start + timedelta(days=1), end + timedelta(days=1)))
        self.stage.afternoon(start)
        for day in days[:-1]:
            done = self.stage.play_day(day)
            self.screen.tell("time.day", day=day, sent=done.sent, acts=done.acts)
        if days:
            self.screen.tell("time.arrived", day=days[-1])
            self.open_day(days[-1])
        if not days or days[-1] < end:
            self.stage.clock.instant = self.stage.company.instant(end, SENDING)
            self.screen.tell("time.closed", day=end)

    def open_day(self, day: date) -> None:
        """Play a morning before the eyes: the plan, what Slack shows, then what leaves."""
        events = self.stage.slack.world.events
        before = len(events)
        self.stage.open_mail(day)
        self.stage.tick(day, MORNING)
        self.screen.show(events[before:], self.me.user)
        before = len(events)
        sent = self.stage.tick(day, SENDING).sent
        self.screen.tell("sending" if sent else "nothing_sent", sent=sent)
        self.screen.show(events[before:], self.me.user)

    def morning(self, _rest: str) -> None:
        """Show the day's digest again, as it stands."""
        posted = [m for m in self.stage.slack.messages(CHANNEL) if m.get("thread_ts") in {None, m["ts"]}]
        digests = [m for m in posted if _is_digest(m)]
        for message in digests[-1:]:
            self.screen.message(message)

    def mails(self, _rest: str) -> None:
        """List the e-mails of the day and say where the page is."""
        today = self.stage.today()
        sent = self.stage.mailbox.of_day(today)
        self.screen.tell("mails.title" if sent else "mails.none", day=today)
        self.screen.mails(sent)
        page = write_page(self.stage.out, self.stage.mailbox.mails(), self.stage.company.name)
        self.screen.page(page)

    def become(self, rest: str) -> None:
        """Take somebody else's place: `moi Sophie`."""
        names = {user: self.screen.name(user) for user in ACTORS}
        wanted = next((user for user, name in names.items() if rest and fold(rest) in fold(name)), None)
        if wanted is None:
            self.screen.tell("nobody", typed=rest, names=", ".join(names.values()))
            return
        self.me = self.people[wanted]
        self.screen.tell("now_you_are", name=names[wanted])

    def help(self, _rest: str) -> None:
        """Say what can be typed."""
        names = ", ".join(self.screen.name(user).split()[0] for user in ACTORS)
        self.screen.tell("help", names=names)

    def leave(self, _rest: str) -> bool:
        """End the session."""
        self.screen.tell("goodbye", folder=self.stage.out)
        return False

    def example(self) -> str:
        """Return the number of a late invoice, for the sentences that give an example."""
        return self.stage.ledger.of("C001").number


def _named(typed: str, names: Mapping[str, str]) -> str | None:
    """Return the field that is meant: by its short name, or by the beginning of one."""
    wanted = fold(typed).replace(" ", "-")
    exact = [block_id for block_id, name in names.items() if wanted == name]
    begun = [block_id for block_id, name in names.items() if name.startswith(wanted)]
    return next(iter([*exact, *begun]), None)


def _is_digest(message: Json) -> bool:
    return any(block["type"] == "header" for block in message.get("blocks") or [])
