"""A channel says by itself what the rooms ask of it, and a policy may have one that we do not ship."""

import pytest

from receivables.codes.channels import CHANNELS, REACHES, USUAL, Channel, Reach
from receivables.errors import SettingsError
from receivables.policy import parse_policy

PIGEON = Channel("pigeon", Reach.PHONE, "email")
STEP = {"key": "vol", "day": 3, "channel": "pigeon", "template": "friendly"}


def test_each_channel_stands_under_its_own_key() -> None:
    assert all(key == channel.key == str(channel) for key, channel in CHANNELS.items())


def test_what_is_written_has_texts_and_what_people_do_opens_a_task() -> None:
    written = {channel.key for channel in CHANNELS.values() if channel.written}
    assert USUAL.key in written
    assert all(CHANNELS[key].texts for key in written)
    assert not CHANNELS["call"].written
    assert CHANNELS["letter"].spaced


def test_of_each_kind_of_address_all_is_known_and_mails_alone_answer_one_another() -> None:
    assert set(REACHES) == set(Reach)
    assert [channel.key for channel in CHANNELS.values() if channel.threaded] == [USUAL.key]
    assert not PIGEON.threaded


def test_a_policy_knows_the_channels_of_its_company_and_no_other() -> None:
    policy = parse_policy("p", {"step": [STEP]}, CHANNELS | {"pigeon": PIGEON})
    assert policy.steps[0].channel is PIGEON
    assert not policy.steps[0].human
    with pytest.raises(SettingsError):
        parse_policy("p", {"step": [STEP]})
