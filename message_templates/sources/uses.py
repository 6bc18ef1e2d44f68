"""Which of the values that cost reading a message's words use, whoever wrote them.

Most mails speak of no penalties and name no day: they should cost nothing of it. Names of templates would not
tell, since companies write their own; so the words themselves are looked at, once.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, Template, TemplateNotFound, nodes

from message_templates.sources.loader import USUAL_TEXTS
from message_templates.sources.templates import FORGOTTEN_TOO, Email, email, spoken
from receivables.correspondence import Told


@lru_cache(maxsize=512)
def told(name: str, overrides: Path | None = None, texts: str = USUAL_TEXTS) -> frozenset[Told]:
    """Return what the message `name` may tell that costs reading, in any language and form.

    A message that does not exist tells nothing.
    """
    try:
        found = [email(name, overrides, *variant, texts) for variant in spoken(name, overrides, texts)]
    except TemplateNotFound:
        return frozenset()
    return frozenset(Told) & {word for each in found for word in _Look(each).words()}


class _Look:
    """One look at a message: its layouts, the blocks of words that they show, what these include."""

    def __init__(self, message: Email) -> None:
        self.message = message
        self.seen: set[tuple[str | None, str]] = set()

    def words(self) -> Iterator[str]:
        """Yield every name that the message's templates use."""
        for layout in (self.message.subject, self.message.text, self.message.html):
            if layout is not None:
                yield from self._file(layout.environment, layout.name)

    def _file(self, environment: Environment, name: str | None) -> Iterator[str]:
        if name is not None and (name, "") not in self.seen:
            self.seen.add((name, ""))
            yield from self._used(environment, _tree(environment, name))

    def _block(self, template: Template, block: str) -> Iterator[str]:
        if template.name is not None and (template.name, block) not in self.seen:
            self.seen.add((template.name, block))
            for node in _tree(template.environment, template.name).find_all(nodes.Block):
                if node.name == block:
                    yield from self._used(template.environment, node)

    def _used(self, environment: Environment, tree: nodes.Node) -> Iterator[str]:
        for name in tree.find_all(nodes.Name):
            yield name.name
        for used in tree.find_all(nodes.Getattr):
            template = self.message.blocks.get(used.attr)
            if template is not None and isinstance(used.node, nodes.Name) and used.node.name == "words":
                yield from self._block(template, used.attr)
        for taking in (nodes.Extends, nodes.Include, nodes.FromImport):
            for other in tree.find_all(taking):
                taken = getattr(other, "template", None)
                if isinstance(taken, nodes.Const):
                    yield from self._file(environment, str(taken.value))


@lru_cache(maxsize=512)
def _tree(environment: Environment, name: str) -> nodes.Template:
    assert environment.loader is not None  # noqa: S101 - `email` gives one
    return environment.parse(environment.loader.get_source(environment, name)[0])


FORGOTTEN_TOO += [told.cache_clear, _tree.cache_clear]
