"""What a refusal tells people, for tests that look at the sentence and not at its code."""

import contextlib
import re
from collections.abc import Iterator

import pytest

from message_templates import refusals
from receivables.errors import RelanceError
from receivables.language import Language


def told(error: BaseException) -> str:
    """Return the French sentence of a refusal."""
    assert isinstance(error, RelanceError)
    return refusals.sentence(error, Language.FR)


@contextlib.contextmanager
def refused(
    kind: type[RelanceError] | tuple[type[RelanceError], ...] = RelanceError, *, match: str | None = None
) -> Iterator[pytest.ExceptionInfo[RelanceError]]:
    """As `pytest.raises`, but `match` is searched in the sentence that people read."""
    with pytest.raises(kind) as caught:
        yield caught
    said = told(caught.value)
    assert match is None or re.search(match, said), f"{match!r} is not in {said!r}"
