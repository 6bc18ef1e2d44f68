"""The morning digest, drawn from its facts. Pure: what Slack is given, and what it must refuse never."""

from collections.abc import Mapping
from decimal import Decimal

from bot.digest import freshness
from bot.going_live import card as going_live
from bot.invoices import list as late_list
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.outcomes import who
from bot.typed.words import cut, plain
from message_templates.catalogue import Mrkdwn, say
from message_templates.writer import writer
from receivables.company import Company, Mode
from receivables.language import Language
from store.digest import Morning
from store.invoices.last_acts import LastAct

GO = "go"


def digest_sentence(morning: Morning, language: Language) -> str:
    """Return the digest in one sentence: for notifications and screen readers."""
    if not morning.late:
        return say("digest.summary_none", language, day=morning.day)
    return say(
        "digest.summary",
        language,
        day=morning.day,
        totals=morning.totals,
        invoices=len(morning.invoices),
        customers=len(morning.late),
    )


def draw(company: Company, morning: Morning, acts: Mapping[int, LastAct]) -> list[Block]:
    """Return the blocks of the digest: figures, what leaves, then the first late invoices by priority."""
    top = [
        blocks.header(plain("digest.title", company.language, day=morning.day)),
        *_figures(morning, company.language),
        *freshness.draw(company, morning),
        *_leaving(company, morning),
        *_replies(morning, company.language),
        *(going_live.in_digest(company, morning.day) if morning.first_live else []),
    ]
    done = _settled(morning, company.language)
    if not morning.late:
        return [*top, *done]
    foot = [*done, *_foot(morning, late_list.SHOWN, company.language)]
    room = late_list.CHARACTERS - late_list.weight([*top, *foot])
    shown = late_list.sections(company, morning.late, acts, room=room)
    return [*top, blocks.divider(), *shown, *done, *_foot(morning, len(shown), company.language)]


def _settled(morning: Morning, language: Language) -> list[Block]:
    """Return the lines of what was settled since the morning, with who noted it."""
    lines = [
        say(
            "digest.settled",
            language,
            number=cut(one.number, late_list.NUMBER),
            customer=cut(one.customer, late_list.NAME),
            amount=one.amount,
            currency=one.currency,
            by=who(one.by, language),
        )
        for one in morning.settled_today
    ]
    more = morning.settled_count - len(lines)
    lines += [say("digest.settled_more", language, count=more)] if more > 0 else []
    return [blocks.section("\n".join(lines))] if lines else []


def whole(morning: Morning, drawn: list[Block]) -> bool:
    """Whether every late invoice is in the blocks, so that no file is needed."""
    shown = [block for block in drawn if str(block.get("block_id", "")).startswith("late:")]
    return len(shown) == len(morning.invoices)


def _figures(morning: Morning, language: Language) -> list[Block]:
    told = [say("digest.paid", language, totals=morning.paid, settled=morning.settled, since=morning.since)]
    if morning.late:
        newly: dict[str, Decimal] = {}
        for invoice in morning.newly:
            newly[invoice.currency] = newly.get(invoice.currency, Decimal(0)) + invoice.outstanding
        told = [
            say("digest.late", language, totals=morning.totals, change=_change(morning, language)),
            say("digest.count", language, invoices=len(morning.invoices), customers=len(morning.late)),
            say("digest.newly", language, count=len(morning.newly), totals=newly),
            *told,
            say("digest.broken", language, count=morning.broken),
        ]
    told.append(say("digest.calls", language, calls=morning.calls, tasks=morning.tasks))
    head = [] if morning.late else [blocks.section(say("digest.none", language))]
    return [*head, {"type": "section", "fields": [blocks.mrkdwn(one) for one in told]}]


def _change(morning: Morning, language: Language) -> str:
    """Return how the late totals changed since the last digest, by currency."""
    if morning.before is None:
        return ""
    codes = {*morning.totals, *morning.before}
    moved = {c: morning.totals.get(c, Decimal(0)) - morning.before.get(c, Decimal(0)) for c in codes}
    more, less = {c: v for c, v in moved.items() if v > 0}, {c: -v for c, v in moved.items() if v < 0}
    if not more and not less:
        return say("digest.same", language, since=morning.since)
    told = [
        say(f"digest.{key}", language, amounts=Mrkdwn(writer(language).amounts(part)), since=morning.since)
        for key, part in (("more", more), ("less", less))
        if part
    ]
    return Mrkdwn(", ".join(told))


def _replies(morning: Morning, language: Language) -> list[Block]:
    """Return the small line about mails that wait for a person, if any do."""
    told = [
        say(f"reponses.{key}", language, count=count)
        for key, count in (("digest", morning.unread), ("digest_to_file", morning.to_file))
        if count
    ]
    return [blocks.context(" ".join(told))] if told else []


def _leaving(company: Company, morning: Morning) -> list[Block]:
    if morning.needs_go:
        return _go(company, morning)
    told = [say("digest.live", company.language)] if morning.mode == Mode.LIVE else []
    given = (
        [say("digest.go_given", company.language, by=morning.go_by, day=morning.day)] if morning.go_by else []
    )
    asked = [say("digest.approvals", company.language, count=morning.approvals)] if morning.approvals else []
    return [blocks.context(" ".join([*told, *_told_leaving(company, morning), *asked, *given]))]


def _told_leaving(company: Company, morning: Morning) -> list[str]:
    """Return what leaves today and when; what has left already, when the digest is late."""
    leaving = morning.leaving
    told: list[str] = []
    if morning.mode == Mode.DRAFT:
        count = max(morning.would_leave, leaving.planned)
        return [say("digest.draft", company.language, count=count), *_told_others(morning, company.language)]
    if leaving.sent:
        told.append(say("digest.left", company.language, count=leaving.sent))
    if morning.mode == Mode.MANUAL:
        return [*told, say("digest.manual", company.language, count=leaving.planned)]
    if leaving.planned and leaving.at is not None:
        at = leaving.at.astimezone(company.zone)
        told.append(say("digest.leaving", company.language, count=leaving.planned, at=f"{at:%H:%M}"))
    if leaving.other:
        told.append(say("digest.trouble", company.language, count=leaving.other))
    told += _told_others(morning, company.language)
    if morning.mode == Mode.SANDBOX:
        told.append(say("digest.sandbox", company.language))
    return told or [say("digest.leaving_none", company.language)]


def _told_others(morning: Morning, language: Language) -> list[str]:
    """Return how many other mails leave besides the reminders; drafts stay where they are."""
    ready = "_ready" if morning.mode == Mode.DRAFT else ""
    counts = {"statements": morning.statements, "thanks": morning.thanks, "instalments": morning.instalments}
    return [say(f"digest.{name}{ready}", language, count=count) for name, count in counts.items() if count]


def _go(company: Company, morning: Morning) -> list[Block]:
    count = morning.leaving.planned + morning.statements + morning.thanks + morning.instalments
    sure = blocks.confirm(
        plain("digest.go_title", company.language),
        plain("digest.go_text", company.language, count=count),
        plain("digest.go_yes", company.language),
        plain("digest.go_no", company.language),
    )
    value = f"{company.key}:{morning.day.isoformat()}"
    button = blocks.button(
        plain("digest.go_button", company.language), GO, value, style="primary", confirm=sure
    )
    return [blocks.section(say("digest.go", company.language, count=count)), blocks.actions(button)]


def _foot(morning: Morning, shown: int, language: Language) -> list[Block]:
    if shown >= len(morning.invoices):
        return []
    told = {"shown": shown, "invoices": len(morning.invoices), "totals": morning.totals}
    return [blocks.context(say("digest.shown_file", language, **told))]
