"""What one subject answers: commands, words, buttons, menu lines and forms, each with the role it takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.slack.front import Command, Form, Rule


@dataclass(frozen=True, kw_only=True)
class Routes:
    """One subject's table. `bot.app` registers all of them; nothing else says who may do what."""

    commands: Mapping[str, Command] = field(default_factory=dict)
    """Slash commands, as Slack names them."""
    words: Mapping[str, Command] = field(default_factory=dict)
    """Words after `/relances`, accents and case aside."""
    clicks: Mapping[str, Rule | Mapping[str, Rule]] = field(default_factory=dict)
    """Buttons by action, and menus whose lines name their conversation."""
    lines: Mapping[str, Rule] = field(default_factory=dict)
    """Lines in the menu of each late invoice."""
    forms: Mapping[str, Form] = field(default_factory=dict)
    """Modals by callback."""
