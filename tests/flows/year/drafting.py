"""The company goes back to `draft` for some days: it plans and shows, and nothing leaves (rule 20)."""

from dataclasses import replace

from receivables.company import Mode
from tests.flows.year.facts import DAY
from tests.flows.year.player import Player


def goes_draft(player: Player) -> None:
    """Somebody sets `mode = "draft"`: settings are read when Relance starts, not between plan and mails."""
    if player.drafting or player.at.astimezone(player.company.zone).hour < 16:
        return
    player.company = replace(player.company, mode=Mode.DRAFT)
    player.draft_until = player.today + player.draw.randint(1, 4) * DAY
    player.say(f"draft until {player.draft_until:%d/%m/%y}")


def goes_live_again(player: Player) -> None:
    """In the evening of the last day in `draft` the company is `live` again."""
    if player.drafting and player.draft_until is not None and player.today >= player.draft_until:
        player.company = replace(player.company, mode=Mode.LIVE)
        player.say("live again")


ACTS = {goes_draft: 1.0}
