"""`manifest.json` keeps Slack's limits (FACTS B5) and names what the bot answers."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.app import COMMANDS

MANIFEST = Path(__file__).parents[2] / "manifest.json"


@pytest.fixture
def manifest() -> Any:
    return json.loads(MANIFEST.read_text(encoding="utf-8"))


def test_texts_keep_slack_s_limits(manifest: Any) -> None:
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert re.fullmatch(r"#[0-9a-f]{6}", shown["background_color"])
    assert len(manifest["features"]["bot_user"]["display_name"]) <= 80
    assert manifest["_metadata"]["major_version"] == 2


def test_every_command_of_the_bot_is_there_in_plain_lower_case(manifest: Any) -> None:
    commands = manifest["features"]["slash_commands"]
    assert {command["command"] for command in commands} == {"/paye", "/appel", "/escalade", "/relances"}
    assert {command["command"] for command in commands} >= set(COMMANDS)
    for command in commands:
        assert re.fullmatch(r"/[a-z]{1,31}", command["command"])
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
        assert command["should_escape"] is False


def test_every_address_is_the_one_endpoint(manifest: Any) -> None:
    urls = {command["url"] for command in manifest["features"]["slash_commands"]}
    urls.add(manifest["settings"]["interactivity"]["request_url"])
    assert len(urls) == 1
    assert urls.pop().endswith("/slack/events")
    assert manifest["settings"]["interactivity"]["is_enabled"]


def test_scopes_cover_what_the_bot_calls(manifest: Any) -> None:
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    assert scopes >= {"commands", "chat:write", "files:write", "users:read", "usergroups:read", "im:write"}
    assert scopes >= {"channels:history", "groups:history"}, "posts of unknown fate are looked up first"
    assert not any(scope.startswith("admin") for scope in scopes)
