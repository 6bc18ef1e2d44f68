"""Slack's limits on a message, checked apart from the stand-in's: counts, lengths, and all texts together."""

from typing import Any

from slack_sdk.models.blocks import Block

MOST = {"section": 3000, "header": 150, "button": 75, "option": 75, "field": 2000}


def texts(piece: Any) -> list[str]:
    """Return every text in blocks."""
    if isinstance(piece, list):
        return [text for one in piece for text in texts(one)]
    if not isinstance(piece, dict):
        return []
    own = [piece["text"]] if isinstance(piece.get("text"), str) else []
    return own + [text for value in piece.values() if isinstance(value, dict | list) for text in texts(value)]


def check(blocks: list[dict[str, Any]]) -> None:
    """Fail when Slack would refuse these blocks in a message."""
    assert len(blocks) <= 50
    assert sum(map(len, texts(blocks))) <= 13_000
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(ids) == len(set(ids))
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None, block
        parsed.validate_json()
        if block["type"] == "section":
            assert len((block.get("text") or {"text": ""})["text"]) <= MOST["section"]
            assert len(block.get("fields", [])) <= 10
            assert all(len(one["text"]) <= MOST["field"] for one in block.get("fields", []))
        assert all(text for text in texts(block))
