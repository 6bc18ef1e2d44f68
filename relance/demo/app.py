"""`relance demo`: the try-out from its first words to its last."""

import contextlib
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from message_templates.catalogue import TEAM, tell
from receivables.errors import RelanceError
from relance.demo.company_data import company
from relance.demo.conversation import SLASH, Conversation
from relance.demo.screen import Screen
from relance.demo.stage import Stage, open_stage

PROMPT = "relance> "
FOLDER = "demo-out"


def play_demo(script: Path | None = None, out: Path | None = None) -> int:
    """Play the try-out; return the exit status.

    `script` holds lines to play instead of a prompt, `out` is where the e-mails go (default: `demo-out`, or
    a folder of the system when that cannot be written). Raises RelanceError when a script is unreadable.
    """
    lines = _lines(script) if script else None
    folder = _folder(out)
    with open_stage(folder, _last_open_day()) as stage:
        screen = Screen(stage.slack.world, stage.company.zone)
        conversation = Conversation(stage, screen)
        _opening(stage, screen, conversation)
        if lines is None and sys.stdin.isatty():
            _prompt(conversation, screen)
        else:
            _play(lines if lines is not None else default_script(stage), conversation, screen)
    return 0


def _lines(script: Path) -> list[str]:
    try:
        read = script.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RelanceError("demo.script_unreadable", script=str(script)) from error
    return [line for line in read if line.strip() and not line.lstrip().startswith("#")]


def _folder(out: Path | None) -> Path:
    """Return where the e-mails go, made if need be. Raises RelanceError when `out` cannot be written."""
    wanted = out or Path(FOLDER)
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        (wanted / ".essai").touch()
        (wanted / ".essai").unlink()
    except OSError as error:
        if out is not None:
            raise RelanceError("demo.folder_not_written", out=str(out)) from error
        return Path(tempfile.mkdtemp(prefix="relance-demo-"))
    return wanted


def _last_open_day() -> date:
    here = company()
    today = here.day_of(datetime.now(UTC))
    return here.calendar.previous_open(today)


def _opening(stage: Stage, screen: Screen, conversation: Conversation) -> None:
    """Tell where we are, play the weeks before, then the morning."""
    today = stage.ledger.today
    screen.tell("welcome", company=stage.company.name, today=today)
    with screen.busy("preparing"):
        past = stage.play_history()
        new = stage.bring_in(today)
    customers = len({bill.client.code for bill in stage.ledger.bills})
    screen.tell(
        "history",
        since=past.since,
        sent=past.sent,
        acts=past.acts,
        customers=customers,
        invoices=stage.known,
    )
    screen.tell("morning", new=new)
    conversation.open_day(today)
    conversation.mails("")
    screen.rule()
    screen.tell("who_you_are", name=screen.name(conversation.me.user), number=conversation.example())


def _play(lines: Iterable[str], conversation: Conversation, screen: Screen) -> None:
    for line in lines:
        screen.typed(line)
        if not conversation.hear(line):
            return
    conversation.leave("")


def _prompt(conversation: Conversation, screen: Screen) -> None:
    """Ask until `quitter`, Ctrl-D or Ctrl-C."""
    with _completion([*conversation.words, *SLASH]):
        while True:
            screen.console.print()
            try:
                line = input(PROMPT)
            except (EOFError, KeyboardInterrupt):
                screen.console.print()
                conversation.leave("")
                return
            if not conversation.hear(line):
                return


@contextlib.contextmanager
def _completion(words: list[str]) -> Iterator[None]:
    """Complete the first word with Tab and keep a history, where the terminal library is there."""
    try:
        import readline  # noqa: PLC0415 - absent on some systems; importing it changes `input`
    except ImportError:
        yield
        return

    def complete(begun: str, rank: int) -> str | None:
        return next(iter([f"{word} " for word in words if word.startswith(begun)][rank:]), None)

    readline.set_completer_delims(" ")
    readline.set_completer(complete)
    readline.parse_and_bind("tab: complete")
    yield
    readline.set_completer(None)


def default_script(stage: Stage) -> list[str]:
    """Return what is played without a terminal: each command once, an undo, a form, a week."""
    bill, today = stage.ledger.of, stage.ledger.today
    soon, later = today + timedelta(days=12), today + timedelta(days=20)
    return [
        f"/paye {bill('C001').number} 1500 par virement",
        "clic annuler",
        f"/appel {bill('C003').number} promet 2000 le {soon:%d/%m/%Y}",
        f"/appel {bill('C018').number}",
        f"remplir issue=promesse promis={later:%d/%m/%Y} montant=8000 note={tell('demo.rest', TEAM)}",
        "envoyer",
        f"/escalade {bill('C001').number}",
        "clic envoyer",
        "clic envoyer",
        f"/relances pourquoi {bill('C010').number}",
        "/paye FAC-9999",
        "mails",
        "jour +7",
    ]
