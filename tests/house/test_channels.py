"""Nothing but the table of channels and the folder of its sender knows the channel of mails.

What all others want to know of a channel they ask its row. Found are its name as a text (`"email"`), and the
names of its row and of what it writes to (`EMAIL`, `USUAL`).
"""

import ast
from collections.abc import Iterator

import pytest

from receivables.codes.channels import EMAIL
from tests.house.exceptions import EMAIL_KNOWN
from tools.rooms import HOUSE, Module, modules

NAMES = frozenset({"EMAIL", "USUAL"})
OWN = "scheduler/email/"
"""The folder of the channel's sender, which may know what it sends."""


def named(module: Module) -> Iterator[str]:
    """Yield how a module names the channel of mails, with the lines."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and node.value == EMAIL.key:
            yield f'{node.lineno} "{node.value}"'
        elif isinstance(node, ast.Name) and node.id in NAMES:
            yield f"{node.lineno} {node.id}"
        elif isinstance(node, ast.Attribute) and node.attr in NAMES:
            yield f"{node.lineno} {ast.unparse(node)}"
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.lineno} import {each.name}" for each in node.names if each.name in NAMES)


def found() -> dict[str, list[str]]:
    """Return where the channel is named, by file, the sender's own folder apart."""
    places = {each.path.relative_to(HOUSE).as_posix(): list(named(each)) for each in modules()}
    return {path: lines for path, lines in places.items() if lines and not path.startswith(OWN)}


def test_only_the_table_and_the_senders_own_folder_know_the_channel_of_mails() -> None:
    told = found()
    assert {path: lines for path, lines in told.items() if path not in EMAIL_KNOWN} == {}
    assert [path for path in EMAIL_KNOWN if path not in told] == []


@pytest.mark.parametrize(
    "text",
    [
        'if row.channel == "email": pass',
        'Said(at, "email", step)',
        "from receivables.codes.channels import USUAL",
        "def write(channel=USUAL): pass",
        "if person.reach is Reach.EMAIL: pass",
        "if step.channel is channels.EMAIL: pass",
    ],
)
def test_each_way_of_naming_it_is_found(text: str) -> None:
    assert list(named(Module("bot.some", HOUSE / "bot/some.py", text)))


def test_what_only_speaks_of_mails_is_left_alone() -> None:
    text = '"""Send an email."""\nfrom email import message\nsay("an email", email=address, place="emails")'
    assert list(named(Module("bot.some", HOUSE / "bot/some.py", text))) == []
