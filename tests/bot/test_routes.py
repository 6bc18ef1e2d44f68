"""The table of what Slack may ask: each name belongs to one subject, each conversation to a known role."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.app import ROUTES
from bot.invoices import list as late_list
from bot.slack.access import COMMERCIAL, FINANCE, RESPONSABLE
from bot.slack.front import Command, Form, Rule
from tools.rooms import modules


def rules() -> Iterator[Command | Rule | Form]:
    for subject in ROUTES:
        yield from (*subject.commands.values(), *subject.words.values(), *subject.lines.values())
        yield from subject.forms.values()
        for chosen in subject.clicks.values():
            yield from [chosen] if isinstance(chosen, Rule) else chosen.values()


def test_no_name_belongs_to_two_subjects() -> None:
    for part in ("commands", "words", "clicks", "lines", "forms"):
        names = Counter(name for subject in ROUTES for name in getattr(subject, part))
        assert [name for name, times in names.items() if times > 1] == []


def test_the_menu_of_a_late_invoice_is_put_together_from_the_subjects_and_is_nobodys_own() -> None:
    assert not [subject for subject in ROUTES if late_list.MENU in subject.clicks]
    assert {line for subject in ROUTES for line in subject.lines} == {"paye", "appel", "escalade", "pourquoi"}


def test_every_conversation_takes_a_role_that_the_settings_know() -> None:
    assert {rule.role for rule in rules()} <= {COMMERCIAL, FINANCE, RESPONSABLE}


def test_the_guide_says_who_may_type_what() -> None:
    said = {name: command.role for subject in ROUTES for name, command in subject.commands.items()}
    words = {f"/relances {name}": each.role for subject in ROUTES for name, each in subject.words.items()}
    lines = Path("docs/guide/roles.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|")[1:3] for line in lines if line.startswith("| `")]
    assert {name.strip(" `"): role.strip() for name, role in rows} == {**said, **words}


def test_every_table_of_routes_is_registered() -> None:
    tables = [
        path
        for path in (module.path for module in modules())
        if "\nROUTES = Routes(" in path.read_text(encoding="utf-8")
    ]
    assert len(tables) == len(ROUTES)
