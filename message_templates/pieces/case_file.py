"""The readable pages of a customer's file: plain HTML in French, which any browser opens."""

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from message_templates.formats import FILTERS


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("message_templates", "dossier"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment


def page(name: str, **values: object) -> bytes:
    """Return the page `name` (index, invoice, table, penalties) with `values` filled in, as UTF-8.

    Raises jinja2.UndefinedError when a value is missing.
    """
    return _environment().get_template(f"{name}.html").render(values).encode()
