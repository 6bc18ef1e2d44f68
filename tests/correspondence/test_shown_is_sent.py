"""What Slack shows of a message a second before its claim is the mail that leaves, or why none does."""

import tempfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.morning.mail_view import page, unfolded
from correspondence import shown
from correspondence.addresses import bare
from correspondence.piece import Mail
from correspondence.read_back import read_back
from correspondence.shown import Shown
from receivables.codes.channels import USUAL
from receivables.codes.messages import MessageState, NothingToShow
from receivables.company import Company, Mode
from scheduler.email.sender import by_mail
from scheduler.post_room.outbox import send_due
from store.books import read_books
from store.db.tables import Reminder, ReminderItem
from tests import builders
from tests.conftest import Library
from tests.correspondence.world import DAY, TRACE, Debt, Debtor, Lot, Plot, World, at, company_of

LEAVES_AT = at(DAY, 9, 30)
"""Within the window, in Paris."""
SECOND = timedelta(seconds=1)


def test_what_is_shown_a_second_before_is_what_leaves(sqlite_library: Library, company: Company) -> None:
    @settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(100, 10**9))
    def check(seed: int) -> None:
        _play(seed, sqlite_library, company)

    check()


def test_it_is_so_of_every_kind_in_every_mode_and_whatever_keeps_back(
    sqlite_library: Library, company: Company
) -> None:
    seen: Counter[str] = Counter()
    for seed in range(84):
        seen.update(_play(seed, sqlite_library, company))
    sent = {"sent", "sandbox", "attached", "reminder", "statement", "thanks", "instalment", "edited"}
    less = {"less paid"}
    kept = {"draft", "manual", "awaiting_go", "mode", "unwritable", "missing_pdf", "paid", "vetoed"}
    assert sent | less | kept <= {str(name) for name in seen}, seen


def test_an_invoice_whose_pdf_was_lost_since_drops_out_of_both(
    sqlite_library: Library, company: Company
) -> None:
    one, two = (Debt(0, cents, "EUR", "there", fresh=True) for cents in (12_000, 99_999))
    people = ((None, "compta@client.example", "billing", None),)
    debtor = Debtor(
        "Garage", "business", None, None, TRACE, people, (one, two), 0, broken=False, planned=False
    )
    plot = replace(
        Lot(Random(0)).plot(),
        mode=Mode.LIVE,
        then=Mode.LIVE,
        most=200,
        eve=False,
        folder=True,
        words=False,
        debtors=(debtor,),
        acts=(),
        lost=(0,),
    )
    assert _play_out(plot, sqlite_library, company)["less missing_pdf"] == 1


def _play(seed: int, library: Library, company: Company) -> Counter[str]:
    """Play the morning that a seed draws, and compare; return what there was."""
    return _play_out(Lot(Random(seed)).plot(), library, company)


def _play_out(plot: Plot, library: Library, company: Company) -> Counter[str]:
    with library.lent() as database, tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        world = World(database, plot, company_of(plot, folder, company), folder)
        world.play()
        return _compare(world)


def _compare(world: World) -> Counter[str]:
    """Look at every message of the day, let the post room work, and compare; return what there was."""
    world.server.mails.clear()
    with read_books(world.database, world.company) as b:
        waiting = [row.id for row in b.session.scalars(_of_day()) if row.state != MessageState.SENT]
        before = {key: shown.shown_mail(b, key, now=LEAVES_AT - SECOND) for key in waiting}
        pages = {key: page(world.company, each) for key, each in before.items()}
    send_due(world.database, world.company, by_mail(world.server, builders.KEYS), now=lambda: LEAVES_AT)
    seen: Counter[str] = Counter()
    with read_books(world.database, world.company) as b:
        after = {row.id: row for row in b.session.scalars(_of_day())}
        for key in waiting:
            row, look = after[key], before[key]
            if look.withheld is None:
                assert key in world.server.mails, (look, row.state, row.error)
                seen.update(f"less {each}" for each in b.session.scalars(_dropped(key)))
                seen.update(_left_as_shown(world, look, pages[key], row))
            else:
                assert key not in world.server.mails, (look, row.state, row.error)
                seen.update(_stayed_as_shown(world, look, pages[key], row))
    return seen


def _of_day() -> Any:
    return select(Reminder).where(Reminder.day == DAY).order_by(Reminder.id)


def _dropped(reminder_id: int) -> Any:
    return select(ReminderItem.dropped).where(
        ReminderItem.reminder_id == reminder_id, ReminderItem.dropped.is_not(None)
    )


def _left_as_shown(world: World, look: Shown, drawn: Any, row: Reminder) -> list[str]:
    envelope = world.server.mails[row.id]
    assert look.mail is not None
    assert look.sent_at is None
    mail = look.mail
    left = read_back(envelope.content, USUAL, envelope.recipients, sandbox=mail.sandbox)
    assert left.subject == mail.subject
    assert left.text.splitlines() == mail.text.splitlines()
    assert left.html.splitlines() == mail.html.splitlines()
    assert left.attached == mail.attached
    assert [_body(each.data) for each in left.attachments] == [_body(each.data) for each in mail.attachments]
    assert left.qr == mail.qr
    assert set(mail.answers) <= set(left.answers)  # and what left to the same customer meanwhile
    assert envelope.recipients == bare(mail.to) == bare(left.to)
    if mail.sandbox:
        assert envelope.recipients == (world.company.sandbox_to,)
        assert all(address in _flat(left.text) for address in mail.meant_for)
    else:
        assert envelope.recipients == bare(mail.meant_for)
    _drawn_as_it_left(world, drawn, left, mail)
    kinds = {"sandbox": mail.sandbox, "attached": bool(left.attachments), "edited": bool(row.edits)}
    return ["sent", row.kind, *(name for name, so in kinds.items() if so)]


def _body(data: bytes) -> bytes:
    """Return a PDF less the instant that it bears: the claim is a second later."""
    return data if data.startswith((b"\xef", b"%PDF-1.7\n1 0 obj <<>>")) else data[:9]


def _drawn_as_it_left(world: World, drawn: Any, left: Mail, mail: Mail) -> None:
    """What people read in Slack holds the text of the mail, the names of what goes with it, and to whom."""
    read = _read(drawn)
    assert _flat(unfolded(left.text)) in _flat(read)
    for name in left.attached:
        assert _escaped(name) in read
    for address in [*mail.meant_for, *([world.company.sandbox_to] if mail.sandbox else [])]:
        assert address in read
    assert "Rien ne part" not in read


def _stayed_as_shown(world: World, look: Shown, drawn: Any, row: Reminder) -> list[str]:
    assert look.withheld is not None
    reasons, read = look.withheld.reasons, _read(drawn)
    if row.state == MessageState.CANCELLED:
        assert row.error in reasons
    elif row.state == MessageState.FAILED:
        assert reasons[0] in {NothingToShow.UNWRITABLE, NothingToShow.FAILED}
        assert row.error == look.withheld.error
    else:
        assert row.state == MessageState.PLANNED
        assert reasons[0] in {"draft", "manual", "awaiting_go"}, reasons
    assert "Rien ne part" in read or "ne peut pas être écrit" in read or "n’est pas parti" in read
    return list(reasons)


def _read(drawn: Any) -> str:
    blocks = drawn["blocks"]
    texts = [each["text"]["text"] for each in blocks if "text" in each]
    texts += [part["text"] for each in blocks for part in each.get("elements", ())]
    return "\n".join(texts)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
