"""The one family of expected errors: their message is fit for the person who reads it."""

import re

_TIGHT = (
    (re.compile(" ([;!?])"), "\u202f\\1"),
    (re.compile(" ([:»])"), "\u00a0\\1"),
    (re.compile("« "), "«\u00a0"),
)


def typeset(sentence: str) -> str:
    """Return a French sentence with its unbreakable spaces: before `: ; ! ?` and inside « »."""
    for loose, tight in _TIGHT:
        sentence = loose.sub(tight, sentence)
    return sentence


class RelanceError(Exception):
    """Something a person can put right. The message is a French sentence that says what to do instead."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


class SettingsError(RelanceError):
    """A setting is missing or wrong; the message names the key and what is expected."""


class Refused(RelanceError):
    """The person may not do this, or it cannot be done in the present state."""


class UnknownInvoice(RelanceError):
    """No invoice has this number in the company's books; `closest` holds up to three near ones."""

    def __init__(self, message: str, closest: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.closest = closest


class UnknownCustomer(RelanceError):
    """No customer is meant by this text in the company's books; `closest` holds up to three names."""

    def __init__(self, message: str, closest: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.closest = closest
