"""The checklist of the first live morning, in the digest, and what became of a mail to oneself."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.notice import Notice
from bot.typed.words import cut, plain
from message_templates import labels
from message_templates.catalogue import Mrkdwn, say
from receivables.company import Company
from receivables.language import Language
from store.books import Books
from store.going_live import Checklist, FirstMail

OPEN, TRY = "going_live_open", "going_live_try"
NAMED = 5


def in_digest(company: Company, day: date) -> list[Block]:
    """Return the lines of the digest that lead to the checklist."""
    button = blocks.button(
        plain("depart.button.open", company.language), OPEN, f"{company.key}:{day.isoformat()}"
    )
    return [blocks.section(say("depart.in_digest", company.language)), blocks.actions(button)]


def view(company: Company, found: Checklist, mail: FirstMail | None, *, channel: str) -> Block:
    """Return the checklist as a modal: what customers read of us, what the books lack, a mail to look at."""
    language = company.language
    body = [
        blocks.section("\n".join(_of_settings(company))),
        blocks.section("\n".join(_of_customers(found, language))),
        blocks.divider(),
        *_mail(company, mail),
    ]
    page = blocks.modal(
        "going_live_checklist",
        plain("depart.title", language),
        body,
        submit="",
        close=plain("depart.close", language),
        metadata=json.dumps({"company": company.key, "channel": channel}),
    )
    del page["submit"]
    return page


def _of_settings(company: Company) -> Iterator[Mrkdwn]:
    language = company.language
    yield say("depart.iban", language, iban=company.iban)
    yield say("depart.replies", language, address=company.reply_to or company.email_from)
    yield say("depart.signatory", language, signatory=company.signatory)


def _of_customers(found: Checklist, language: Language) -> Iterator[Mrkdwn]:
    for key, names in (
        ("address", found.without_address),
        ("owner", found.without_owner),
        ("kind", found.without_kind),
        ("schedule", tuple(each.customer for each in found.own_schedule)),
    ):
        shown = [cut(name, 60) for name in names[:NAMED]]
        yield say(f"depart.{key}", language, count=len(names), names=shown, more=len(names) > NAMED)


def _mail(company: Company, mail: FirstMail | None) -> Iterator[Block]:
    language = company.language
    if mail is None:
        yield blocks.section(say("depart.no_mail", language))
        return
    step = labels.step(mail.step, language)
    yield blocks.section(say("depart.mail", language, customer=cut(mail.customer, 100), step=step))
    value = f"{company.key}:{mail.customer_id}:{mail.step}"
    yield blocks.actions(blocks.button(plain("depart.button.try", language), TRY, value, style="primary"))


def trial(b: Books, data: Mapping[str, Any]) -> Notice:
    """Return what became of a mail to oneself."""
    told = {"to": cut(str(data["to"]), 120), "error": cut(str(data.get("error") or ""), 200)}
    text = say("depart.failed" if data.get("error") else "depart.sent", b.company.language, **told)
    return Notice(text, [blocks.section(text)])
