"""What an e-mail's blocks of words say, each worked out when the layout asks for it, and once."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Template

from message_templates.email_templates import Email
from message_templates.sandbox import Sandbox, bounded


class Words(dict[str, str]):
    """The words of one mail by block: `words.opening` in a template, plain text.

    `said` are those that are known beforehand: what a person wrote in place of the template's own.
    """

    def __init__(self, email: Email, values: dict[str, object], said: Mapping[str, str]) -> None:
        super().__init__(said)
        self._blocks = email.blocks
        self._values = values

    def __missing__(self, name: str) -> str:
        template = self._blocks[name]
        self[name] = found = filled(template, self._values, name).strip(" \n")
        return found


def filled(template: Template, values: Mapping[str, object], block: str | None = None) -> str:
    """Return what a template says, or one of its blocks, within bounds when it is a company's own.

    Raises jinja2.TemplateError.
    """
    if block is None:
        if isinstance(template.environment, Sandbox):
            return bounded(template.generate, values)
        return template.render(values)

    def parts(known: Mapping[str, object]) -> Any:
        return template.blocks[block](template.new_context(dict(known)))

    try:
        return bounded(parts, values)
    except Exception:  # noqa: BLE001 - Jinja raises it again, with the place in the template
        template.environment.handle_exception()
