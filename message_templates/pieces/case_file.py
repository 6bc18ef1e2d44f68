"""The readable pages of a customer's file: plain HTML in the language of the company, for any browser."""

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from message_templates.writer import writer
from receivables.language import Language


@lru_cache(maxsize=4)
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader("message_templates", f"{language}/dossier"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(writer(language).filters)
    return environment


def page(name: str, language: Language, /, **values: object) -> bytes:
    """Return the page `name` (index, invoice, table, penalties) with `values` filled in, as UTF-8.

    Raises jinja2.UndefinedError when a value is missing.
    """
    return _environment(language).get_template(f"{name}.html").render(values).encode()
