"""A message as it is posted, and drawn anew when what it shows has changed."""

from dataclasses import dataclass, field

from bot.slack.blocks import Block


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to post: its one sentence, and its blocks."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    over: bool = False
    """What it is about is done with: a message that stands is drawn so, none is posted for it any more."""
