"""The very text of a mail, to read."""

import json
from collections.abc import Iterator, Sequence

from bot.digest.mail_card import reason_of
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.typed.words import cut, plain
from correspondence.piece import Mail, Withheld
from correspondence.shown import Shown
from message_templates.catalogue import Mrkdwn, say
from message_templates.pieces.mail import WIDTH
from receivables.codes.messages import KeptBack
from receivables.company import Company
from receivables.language import Language

CALLBACK = "mail_view"
PIECE, PIECES = 2900, 20


def page(company: Company, shown: Shown, *, above: Sequence[Block] = (), channel: str = "") -> Block:
    """Return the page: to whom, the subject, and the text as plain text, where nothing is live.

    `above` stands before it: a card, with its buttons, answered in `channel`.
    """
    found = [*above, *([blocks.divider()] if above else []), *drawn(company, shown)]
    return modal(company, plain("cartes.mail.title", company.language), found, channel=channel)


def modal(company: Company, title: str, found: Sequence[Block], *, channel: str = "") -> Block:
    """Return a page that is read or clicked in, and never sent."""
    view = blocks.modal(
        CALLBACK,
        title,
        found,
        submit="",
        close=plain("cartes.mail.close", company.language),
        metadata=json.dumps({"company": company.key, "channel": channel}),
    )
    del view["submit"]
    return view


def drawn(company: Company, shown: Shown) -> Iterator[Block]:
    """Yield why nothing leaves, if so, and the mail."""
    if shown.withheld is not None:
        yield blocks.section(_why_not(shown.withheld, company.language))
    if shown.mail is not None:
        yield blocks.section("\n".join(headers(company, shown.mail)))
        yield blocks.divider()
        yield from _text(shown.mail, company.language)
        yield blocks.context(_when(company, shown))


def _why_not(withheld: Withheld, language: Language) -> str:
    """Say why nothing leaves, or why it is not to be written."""
    if withheld.error:
        return say(f"cartes.mail.{withheld.reasons[-1]}", language, error=cut(withheld.error, 300))
    kept = withheld.passing or all(isinstance(each, KeptBack) for each in withheld.reasons)
    key = "kept" if kept else "gone"
    return say(
        f"cartes.mail.{key}",
        language,
        why=Mrkdwn(", ".join(reason_of(code, language) for code in withheld.reasons)),
    )


def headers(company: Company, mail: Mail) -> Iterator[str]:
    """Yield what stands above the text: to whom, in sandbox for whom, the subject, what goes with it."""
    to = [cut(address, 80) for address in mail.meant_for[:10]]
    if mail.sandbox:
        known = {"sandbox": company.sandbox_to, "to": to}
        yield say("cartes.mail.to_sandbox" if to else "cartes.mail.was_sandbox", company.language, **known)
    else:
        yield say("cartes.mail.to", company.language, to=to)
    yield say("cartes.mail.subject", company.language, subject=mail.subject)
    if mail.attachments:
        yield say("cartes.mail.attached", company.language, names=[cut(name, 80) for name in mail.attached])


def _text(mail: Mail, language: Language) -> Iterator[Block]:
    parts = list(pieces(unfolded(mail.text)))
    for piece in parts[:PIECES]:
        yield {"type": "section", "text": blocks.plain_text(piece, blocks.SECTION)}
    if len(parts) > PIECES:
        yield blocks.context(say("cartes.mail.cut", language))


def _when(company: Company, shown: Shown) -> str:
    if shown.unsure:
        return say("cartes.mail.unsure", company.language)
    if shown.sent_at is None:
        return say("cartes.mail.planned" if shown.withheld is None else "cartes.mail.would", company.language)
    local = shown.sent_at.astimezone(company.zone)
    return say("cartes.mail.sent", company.language, on=local.date(), at=f"{local:%H:%M}")


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
