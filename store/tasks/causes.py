"""Why a task of the clock was opened: facts in place of a note, worded when the task is shown.

They stand in the task's note, as pairs in JSON. Tasks of earlier versions have a sentence there, which is
shown as it is.
"""

import json
from collections.abc import Sequence
from typing import TypeAlias

from receivables.codes.tasks import TaskKind

Cause: TypeAlias = tuple[str, str]
"""An invoice and what is wrong with its PDF, or an address (or the step of a
mail) and the words of the server that refused it."""

_KINDS = frozenset({TaskKind.MISSING_PDF, TaskKind.NO_ADDRESS, TaskKind.SEND_REFUSED})


def kept(causes: Sequence[Cause]) -> str:
    """Return causes as a task keeps them."""
    return json.dumps(causes, ensure_ascii=False)


def read_causes(kind: TaskKind, note: str | None) -> tuple[Cause, ...]:
    """Return the causes that a task keeps; none when its note is a text."""
    if kind not in _KINDS or not note or not note.startswith('[["'):
        return ()
    return tuple((str(about), str(why)) for about, why in json.loads(note))
