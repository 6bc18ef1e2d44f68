"""Books too old to send from: the red line of the digest, and the two people who may force the day."""

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.typed.words import cut, plain
from message_templates.catalogue import say
from receivables.company import Company, Mode
from store.digest import Morning

ASK, CONFIRM = "force_ask", "force_confirm"


def draw(company: Company, morning: Morning) -> list[Block]:
    """Return nothing while the books are fresh; else the red line, with the button for the next person."""
    fresh = morning.fresh
    if fresh is None or not fresh.stale or company.max_age is None or morning.mode == Mode.DRAFT:
        return []
    if fresh.confirmed_by:
        return [
            blocks.section(
                say("modes.forced", company.language, asked=fresh.asked_by, confirmed=fresh.confirmed_by)
            )
        ]
    hours = int(company.max_age.total_seconds() // 3600)
    age = (
        say("modes.days", company.language, days=hours // 24)
        if hours % 24 == 0
        else say("modes.hours", company.language, hours=hours)
    )
    last = fresh.last.astimezone(company.zone) if fresh.last else None
    told = {"on": last.date() if last else None, "at": f"{last:%H:%M}" if last else "", "age": age}
    lines = [say("modes.stale", company.language, **told)]
    if fresh.asked_by:
        lines.append(
            say("modes.asked", company.language, by=fresh.asked_by, reason=cut(fresh.reason or "", 200))
        )
    key = "confirm" if fresh.asked_by else "ask"
    return [blocks.section("\n".join(lines)), blocks.actions(_button(company, morning, key))]


def _button(company: Company, morning: Morning, key: str) -> Block:
    sure = blocks.confirm(
        plain(f"modes.{key}_title", company.language),
        plain(f"modes.{key}_text", company.language),
        plain("modes.yes", company.language),
        plain("modes.no", company.language),
    )
    value = f"{company.key}:{morning.day.isoformat()}"
    action = CONFIRM if key == "confirm" else ASK
    return blocks.button(
        plain(f"modes.{key}_button", company.language), action, value, style="danger", confirm=sure
    )
