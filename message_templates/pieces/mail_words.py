"""What an e-mail's blocks of words say, each worked out when the layout asks for it, and once."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Template
from jinja2.runtime import Context

from message_templates.sources.budget import bounded
from message_templates.sources.sandbox import Sandbox
from message_templates.sources.templates import Email


class Words:
    """The words of one mail by block: `words.opening` in a template, plain text.

    `said` are those that are known beforehand: what a person wrote in place of the template's own. What has
    been said once is kept among the attributes, where Jinja looks first.
    """

    def __init__(self, email: Email, values: Mapping[str, object], said: Mapping[str, str]) -> None:
        self.__dict__.update(email.constants)
        self.__dict__.update(said)
        self._blocks = email.blocks
        self._values = values
        self._contexts: dict[Template, Context] = {}

    def __getattr__(self, name: str) -> str:
        template = self._blocks.get(name)
        if template is None:
            raise AttributeError(name)
        context = self._contexts.get(template)
        if context is None:
            context = self._contexts[template] = template.new_context(dict(self._values))
        found = filled_block(template, name, context).strip(" \n")
        self.__dict__[name] = found
        return found


def filled(template: Template, values: Mapping[str, object]) -> str:
    """Return what a template says, within bounds when it is a company's. Raises jinja2.TemplateError."""
    if isinstance(template.environment, Sandbox):
        return bounded(template.generate(values), template.filename)
    return template.render(values)


def filled_block(template: Template, block: str, context: Context) -> str:
    """Return what one block of a template says, within bounds. Raises jinja2.TemplateError."""
    try:
        said: Any = template.blocks[block](context)
        return (
            bounded(said, template.filename) if isinstance(template.environment, Sandbox) else "".join(said)
        )
    except Exception:  # noqa: BLE001 - Jinja raises it again, with the place in the template
        template.environment.handle_exception()
