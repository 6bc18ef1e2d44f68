"""The one family of expected errors: each is a code and facts, and its sentence is in `message_templates`."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias, Union

from receivables.people import Person

Fact: TypeAlias = Union[
    str, int, Decimal, date, Person, "RelanceError", Sequence["Fact"], Mapping[str, "Fact"], None
]
"""What a sentence may be filled with: values only; how they are written is the sentence's business."""


class RelanceError(Exception):
    """Something a person can put right, told by `message_templates.refusals` in the person's language.

    `code` is the key of the sentence (`payments.future_day`), `facts` are the values it is filled with. The
    text of the error itself is the code alone: what goes to a log names nobody and no amount.
    """

    def __init__(self, code: str, /, **facts: Fact) -> None:
        super().__init__(code)
        self.facts = facts

    @property
    def code(self) -> str:
        """The key of the sentence."""
        return str(self.args[0])


class SettingsError(RelanceError):
    """A setting is missing or wrong; the sentence names the key and what is expected."""


class Refused(RelanceError):
    """The person may not do this, or it cannot be done in the present state."""


class UnknownInvoice(RelanceError):
    """No invoice has this number in the company's books; `closest` holds up to three near ones."""

    def __init__(self, code: str, /, closest: tuple[str, ...] = (), **facts: Fact) -> None:
        super().__init__(code, closest=closest, **facts)
        self.closest = closest


class UnknownCustomer(RelanceError):
    """No customer is meant by this text in the company's books; `closest` holds up to three names."""

    def __init__(self, code: str, /, closest: tuple[str, ...] = (), **facts: Fact) -> None:
        super().__init__(code, closest=closest, **facts)
        self.closest = closest
