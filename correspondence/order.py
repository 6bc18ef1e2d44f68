"""A reminder to be written: the facts of the books, and what the rules say is left of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from receivables.codes.channels import Channel
from receivables.correspondence import Claimed, Correspondent, MailFacts
from receivables.policy import Policy, Step
from receivables.schedule.outlook import NOTHING, Outlook
from receivables.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What one reminder is written from.

    `step` is its tone and `items` what is left of it, by the verdict. `edits`: a person's own words, in
    force for this very mail. `statement` is the customer's account where a step attaches it; `given_up` the
    invoices that a person has said to send without their PDF; `outlook` what comes after it, where its words
    tell.
    """

    customer: Correspondent
    facts: MailFacts
    channel: Channel
    step: Step
    items: Sequence[Claimed]
    policy: Policy
    edits: Mapping[str, str] | None = None
    statement: Statement | None = None
    given_up: frozenset[int] = frozenset()
    outlook: Outlook = NOTHING
