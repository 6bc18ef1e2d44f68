"""Logs: one JSON object a line on stderr, without names, addresses, IBANs, e-mails or secrets."""

import json
import logging
import re
import sys
import threading
import traceback
import warnings
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

import structlog
from typing_extensions import override

log = logging.getLogger(__name__)

GONE = "[retiré]"
PRIVATE = frozenset(
    {
        "address",
        "body",
        "company_name",
        "contact",
        "customer",
        "email",
        "file",
        "from",
        "iban",
        "name",
        "note",
        "owner_name",
        "password",
        "payload",
        "phone",
        "raw",
        "recipient",
        "recipients",
        "reply_to",
        "secret",
        "subject",
        "text",
        "to",
        "token",
        "url",
        "user_name",
    }
)
"""Keys whose value never reaches a log: use ids."""

_SECRETS = (
    re.compile(r"\(signature: .*|\bbody: .*"),  # Bolt shows the whole request that it refuses
    re.compile(r"\bx(?:ox[a-z]|app)-[\w-]+"),  # Slack tokens
    re.compile(r"(?<=://)[^/\s@]+:[^/\s@]*@"),  # user and password of an address
    re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*"),  # e-mail addresses
    re.compile(
        r"\b[A-Z]{2}\d{2}(?:[ \u00a0\u202f]?[A-Z0-9]{4}){2,7}(?:[ \u00a0\u202f]?[A-Z0-9]{1,3})?\b"
    ),  # IBANs
    re.compile(r"(?<!\d)(?:\+33|0)[ .]?[1-9](?:[ .]?\d{2}){4}(?!\d)"),  # French telephone numbers
)
LONGEST = 300
ROOMS = (
    "relance",
    "quarantine",
    "bot",
    "scheduler",
    "correspondence",
    "message_templates",
    "store",
    "receivables",
)
NOISY = ("apscheduler", "slack_sdk", "waitress", "alembic")
"""Libraries of which only troubles are told."""
Event = MutableMapping[str, Any]


def scrub(text: str) -> str:
    """Return the first line of `text`, cut, without what looks like an address, an IBAN or a secret."""
    line = text.split("\n", 1)[0][:LONGEST]
    for pattern in _SECRETS:
        line = pattern.sub(GONE, line)
    return line


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {key: GONE if key in PRIVATE else _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return scrub(str(value))


def scrubber(_logger: Any, _method: str, event: Event) -> Event:
    """Take private keys and what looks private out of one event."""
    return {key: GONE if key in PRIVATE else _clean(value) for key, value in event.items()}


def _place(frame: traceback.FrameSummary) -> str:
    return f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}"


def where_it_failed(_logger: Any, _method: str, event: Event) -> Event:
    """Replace an exception by its kind and its place: its message may repeat what a person typed."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["where"] = [_place(frame) for frame in traceback.extract_tb(error.__traceback__)[-8:]]
        if isinstance(error, OSError) and error.strerror:
            event["cause"] = error.strerror
    return event


class _Lines(logging.StreamHandler[TextIO]):
    """Writes to what stderr is now; what cannot be written is said without what it was."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__(stream)
        self._given = stream

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        if self._given is None:
            self.stream = sys.stderr
        super().emit(record)

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """Say where a record could not be written: Python would show it whole."""
        kind = type(sys.exc_info()[1]).__name__
        said = {"event": "log_failed", "level": "error", "error": kind, "logger": record.name}
        with suppress(OSError, ValueError):
            self.stream.write(f"{json.dumps(said)}\n")


def _tell_uncaught(error: BaseException | None, where: str) -> None:
    if error is not None and not isinstance(error, SystemExit | KeyboardInterrupt):
        log.error("uncaught", extra={"in": where}, exc_info=error)


def _watch() -> None:
    """Have what nobody catches, and warnings, told as all else is: Python shows their words."""
    sys.excepthook = lambda _kind, error, _trace: _tell_uncaught(error, "main")
    threading.excepthook = lambda told: _tell_uncaught(told.exc_value, "thread")
    sys.unraisablehook = lambda told: _tell_uncaught(told.exc_value, "finaliser")
    warnings.showwarning = _tell_warning


def _tell_warning(*told: Any, **_more: Any) -> None:
    _, category, file, line = told[:4]
    log.debug("warning", extra={"kind": category.__name__, "where": f"{Path(file).name}:{line}"})


def set_up(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send our logs and those of the libraries to `stream` (stderr), one JSON object a line."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = _Lines(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                where_it_failed,
                scrubber,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.INFO))  # what libraries tell at DEBUG repeats what people type
    for room in ROOMS:
        logging.getLogger(room).setLevel(level)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))
    _watch()


def set_up_command(level: int) -> None:
    """Send the logs of a command that answers on its own to stderr: troubles alone, unless all is wanted."""
    set_up(level=level if level < logging.INFO else max(level, logging.WARNING))
