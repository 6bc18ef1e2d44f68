"""A customer's reply as people see it in Slack: who wrote what, what it seems to say, and what to do."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.naming import asked
from bot.slack.notice import Notice
from bot.typed.words import cut, plain
from message_templates.catalogue import Mrkdwn, escape, say
from receivables.codes.replies import ACTED_ON, BY_HAND, WAITING, Handled, IncomingKind, IncomingState
from receivables.language import Language
from store.books import Books
from store.replies import facts as incoming_facts
from store.replies.acts import left_to_do
from store.replies.facts import IncomingFacts

UNDO, FILE, ADDRESS = "reply_undo", "reply_file", "address_correct"
FILE_TO = tuple(f"reply_file_to_{rank}" for rank in range(incoming_facts.SUGGESTED))
ACTIONS: Mapping[Handled, str] = {how: f"reply_{how}" for how in BY_HAND}
READ = frozenset({*WAITING, IncomingState.HANDLED})
"""States in which what the mail seems to say is shown."""
TEXT = 1_500
"""Characters of the mail that are shown."""
SHORT = 350
"""The same, in a list."""
QUOTE = 300
LISTED = 30
"""Replies that one list names."""


def draw(b: Books, incoming_id: int, *, nudge: str | None = None) -> tuple[str, list[Block]]:
    """Return the card of a mail as the books stand: its sentence, and its blocks."""
    mail = incoming_facts.get_incoming(b, incoming_id)
    waits = mail.state in WAITING
    head: str = _head(mail, b.company.language, ask=waits)
    if nudge and waits:
        head = (
            f"{say(f'reponses.nudge_{nudge}', b.company.language, since=b.today(mail.received_at))}\n{head}"
        )
    summary = f"{head}\n{said(mail, SHORT, b.company.language)}"
    return summary, [*_letter(b, mail, head, TEXT), *_foot(b, mail)]


def overdue(b: Books, data: Mapping[str, Any]) -> Notice:
    """Return the list of replies that have waited too long. `data["told"]`: each, and who is told."""
    language, told = b.company.language, data["told"]
    found = [(incoming_facts.get_incoming(b, incoming_id), to) for incoming_id, to in told[:LISTED]]
    waiting = sum(mail.state in WAITING for mail, _ in found) + len(told[LISTED:])
    head = say("reponses.overdue", language, count=waiting)
    lines = [_overdue(b, mail, again=to != "owner") for mail, to in found]
    drawn = [blocks.section("\n".join(lines[start : start + 10])) for start in range(0, len(lines), 10)]
    if len(told) > LISTED:
        drawn.append(blocks.context(say("reponses.shown", language, shown=LISTED, count=len(told))))
    return Notice(head, [blocks.section(head), *drawn], over=not waiting)


def _overdue(b: Books, mail: IncomingFacts, *, again: bool) -> Mrkdwn:
    waits = mail.state in WAITING
    return say(
        "reponses.overdue_line",
        b.company.language,
        head=_head(mail, b.company.language, ask=waits),
        waits=waits,
        since=b.today(mail.received_at),
        again=again,
    )


def item(b: Books, mail: IncomingFacts) -> list[Block]:
    """Return a mail as a list shows it."""
    return [*_letter(b, mail, _head(mail, b.company.language), SHORT), *_foot(b, mail, short=True)]


def _head(mail: IncomingFacts, language: Language, *, ask: bool = False) -> Mrkdwn:
    who = say("reponses.nobody", language)
    if mail.owner:
        who = asked(mail.owner) if ask else say("digest.owner", language, owner=mail.owner)
    if mail.customer is not None:
        return say("reponses.head", language, customer=cut(mail.customer, 100), who=who)
    return say(
        f"reponses.head_{'bounce' if mail.kind == IncomingKind.BOUNCE else 'to_file'}", language, who=who
    )


def said(mail: IncomingFacts, most: int, language: Language) -> Mrkdwn:
    """Return the words of a mail as a quotation, cut before they are escaped."""
    nothing = plain("reponses.unread" if mail.proposal.get("too_long") else "reponses.empty", language)
    text = cut(mail.text.strip(), most) or nothing
    lines = [f"> {escape(line)}" for line in text.split("\n") if line.strip()]
    while (
        len("\n".join(lines)) > blocks.SECTION - 300
    ):  # signs that are escaped take up to five times the room
        lines = lines[:-1] or [f"> {escape(cut(text, most // 5))}"]
    return Mrkdwn("\n".join(lines))


def _letter(b: Books, mail: IncomingFacts, head: str, most: int) -> Iterator[Block]:
    local = mail.received_at.astimezone(b.company.zone)
    name = mail.sender_name if mail.sender_name and mail.sender_name.lower() != mail.sender else ""
    sender = f"{cut(name, 80)} ({cut(mail.sender, 120)})" if name else cut(mail.sender, 120)
    about = say(
        "reponses.from",
        b.company.language,
        sender=sender or plain("reponses.no_sender", b.company.language),
        subject=cut(mail.subject, 150) or plain("reponses.no_subject", b.company.language),
        on=local.date(),
        at=f"{local:%H:%M}",
    )
    yield blocks.section(f"{head}\n{about}")
    yield blocks.section(said(mail, most, b.company.language))
    if mail.proposal.get("too_long") and mail.text.strip():
        yield blocks.context(say("reponses.begun", b.company.language))
    elif len(mail.text.strip()) > most:
        yield blocks.context(say("reponses.more", b.company.language))
    names = [cut(str(name), 60) for name in mail.proposal.get("attachments", ())]
    if names:
        yield blocks.context(say("reponses.attached", b.company.language, names=names, count=len(names)))
    left = left_to_do(mail.proposal) if mail.state == IncomingState.HANDLED else None
    for record in readings(mail) if mail.state in READ else ():
        if left is None or record["kind"] in left:
            yield blocks.section(_reading(record, b.company.language))


def readings(mail: IncomingFacts) -> list[Mapping[str, Any]]:
    """Return what the mail seems to say, what counts most first."""
    first = [mail.proposal] if mail.proposal.get("kind") else []
    return [*first, *mail.proposal.get("more", ())][:3]


def reading_of(mail: IncomingFacts, kind: str) -> Mapping[str, Any]:
    """Return what the mail seems to say of a kind, {} when nothing."""
    return next((record for record in readings(mail) if record["kind"] == kind), {})


def _reading(record: Mapping[str, Any], language: Language) -> Mrkdwn:
    kind = str(record["kind"])
    dispute = say(f"litiges.kind.{record['dispute']}", language) if record.get("dispute") else ""
    what = say(
        f"reponses.reading.{kind}",
        language,
        amount=Decimal(record["amount"]) if record.get("amount") else None,
        currency=record.get("currency") or "EUR",
        on=date.fromisoformat(record["date"]) if record.get("date") else None,
        dispute=dispute,
    )
    return say("reponses.reads", language, what=what, quote=cut(str(record["quote"]), QUOTE))


def _foot(b: Books, mail: IncomingFacts, *, short: bool = False) -> Iterator[Block]:
    value = f"{b.company.key}:{mail.id}"
    if mail.state == IncomingState.UNREAD:
        yield blocks.actions(*_choices(mail, value, b.company.language))
        if mail.named_customer is not None:
            yield _named(mail, b.company.language)
        if not short:
            yield blocks.context(say("reponses.holds", b.company.language))
    elif mail.state == IncomingState.TO_FILE:
        yield blocks.actions(*_filing(b, mail, value))
        if mail.named_customer is not None:
            yield _named(mail, b.company.language)
        elif not short:
            yield blocks.context(
                say(
                    f"reponses.to_file{'_bounce' if mail.kind == IncomingKind.BOUNCE else ''}",
                    b.company.language,
                )
            )
    else:
        yield from _handled(b, mail, value)


def _named(mail: IncomingFacts, language: Language) -> Block:
    """Return whom a mail names besides who wrote it, and that it holds them."""
    return blocks.context(say("reponses.names", language, customer=cut(mail.named_customer or "", 100)))


def _choices(mail: IncomingFacts, value: str, language: Language) -> Iterator[Block]:
    """Yield the buttons; what the mail seems to say stands out."""
    kind = mail.proposal.get("kind")
    proposed = kind if kind in ACTED_ON else Handled.ANSWERED
    for how in BY_HAND:
        style = "primary" if how == proposed and kind else None
        yield blocks.button(plain(f"reponses.button.{how}", language), ACTIONS[how], value, style=style)


def _filing(b: Books, mail: IncomingFacts, value: str) -> Iterator[Block]:
    suggested = incoming_facts.suggested(b, mail)
    for action, (customer_id, name) in zip(FILE_TO, suggested.items(), strict=False):
        yield blocks.button(cut(name, 60), action, f"{value}:{customer_id}")
    yield blocks.button(plain("reponses.button.file", b.company.language), FILE, value)
    yield blocks.button(plain("reponses.button.ignored", b.company.language), ACTIONS[Handled.IGNORED], value)


def _handled(b: Books, mail: IncomingFacts, value: str) -> Iterator[Block]:
    how = (
        say(f"reponses.how.{mail.handled_how}", b.company.language)
        if mail.handled_how
        else say("reponses.how.ignored", b.company.language)
    )
    on = b.today(mail.handled_at or mail.received_at)
    by = mail.handled_by or ""
    if by.startswith(("U", "W")):
        yield blocks.context(say("reponses.handled", b.company.language, how=how, by=by, on=on))
    else:
        yield blocks.context(say("reponses.handled_alone", b.company.language, how=how, on=on))
    entry_id = incoming_facts.last_entry(b, mail.id, mail.customer_id)
    if entry_id is not None:
        sure = blocks.confirm(
            *(
                plain(f"reponses.{part}", b.company.language)
                for part in ("undo_title", "undo_text", "undo_yes", "undo_no")
            )
        )
        undo = blocks.button(
            plain("reponses.button.undo", b.company.language), UNDO, f"{value}:{entry_id}", confirm=sure
        )
        left = left_to_do(mail.proposal) if mail.state == IncomingState.HANDLED else []
        also = [
            blocks.button(plain(f"reponses.button.{how}", b.company.language), ACTIONS[how], value)
            for how in left
        ]
        yield blocks.actions(*also, undo)
