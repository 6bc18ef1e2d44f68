"""What reads mails in the place of the real one: stumbles over some, and never ends with others."""

import base64
from collections.abc import Mapping
from typing import Any

from quarantine.reader import ChildReader
from scheduler.inbox.understanding import MEGABYTES, read_mail

POISON, ENDLESS, HOPELESS = b"poison", b"endless", b"hopeless"


def read(task: Mapping[str, Any]) -> dict[str, Any]:
    """Read a mail, unless its words say otherwise: run in the process of its own."""
    raw = base64.b64decode(task["raw"])
    if POISON in raw:
        raise ValueError("no such mail")
    while (ENDLESS in raw and task["whole"]) or HOPELESS in raw:
        pass
    return read_mail(task)


def reader() -> ChildReader:
    """Return one that is not started."""
    return ChildReader(read, megabytes=MEGABYTES)
