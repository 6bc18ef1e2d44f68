"""The very text of a mail, to read."""

import json
from collections.abc import Iterator

from bot import blocks
from bot.blocks import Block
from bot.cards import reason_of
from bot.mail_text import MailText, sandboxed
from bot.words import cut, plain
from message_templates.catalogue import Mrkdwn, say
from message_templates.email import WIDTH
from receivables.company import Company

CALLBACK = "mail_view"
PIECE, PIECES = 2900, 20


def page(company: Company, mail: MailText) -> Block:
    """Return the page: to whom, the subject, and the text as plain text, where nothing is live."""
    drawn = blocks.modal(
        CALLBACK,
        plain("cartes.mail.title"),
        list(_gone(mail) if mail.gone else _told(company, mail)),
        submit="",
        close=plain("cartes.mail.close"),
        metadata=json.dumps({"company": company.key}),
    )
    del drawn["submit"]
    return drawn


def _gone(mail: MailText) -> Iterator[Block]:
    why = Mrkdwn(", ".join(reason_of(code) for code in mail.gone))
    yield blocks.section(say("cartes.mail.gone", why=why))


def _told(company: Company, mail: MailText) -> Iterator[Block]:
    to = [cut(address, 80) for address in mail.to[:10]]
    head = say("cartes.mail.to", to=to)
    if sandboxed(company) and mail.sent_at is None:
        head = say("cartes.mail.to_sandbox", to=to, sandbox=company.sandbox_to)
    yield blocks.section(f"{head}\n{say('cartes.mail.subject', subject=mail.subject)}")
    yield blocks.divider()
    parts = list(pieces(unfolded(mail.text)))
    for piece in parts[:PIECES]:
        yield {"type": "section", "text": blocks.plain_text(piece, blocks.SECTION)}
    if len(parts) > PIECES:
        yield blocks.context(say("cartes.mail.cut"))
    yield blocks.context(_when(company, mail))


def _when(company: Company, mail: MailText) -> str:
    if mail.sent_at is None:
        return say("cartes.mail.planned")
    local = mail.sent_at.astimezone(company.zone)
    return say("cartes.mail.sent", on=local.date(), at=f"{local:%H:%M}")


def unfolded(text: str) -> str:
    """Return a mail's text with the lines together that were folded at 72 signs: Slack folds them anew."""
    done: list[str] = []
    last = ""
    for line in text.split("\n"):
        word = line.strip().split(" ", 1)[0]
        if done and word and last and len(last) + 1 + len(word) > WIDTH:
            done[-1] += f" {line.strip()}"
        else:
            done.append(line)
        last = line
    return "\n".join(done)


def pieces(text: str) -> Iterator[str]:
    """Cut a text between lines into pieces that a paragraph of Slack's holds."""
    piece = ""
    for line in text.split("\n"):
        for start in range(0, max(len(line), 1), PIECE):
            part = line[start : start + PIECE]
            if piece and len(piece) + len(part) + 1 > PIECE:
                yield piece
                piece = part
            else:
                piece = f"{piece}\n{part}" if piece else part
    if piece.strip():
        yield piece
