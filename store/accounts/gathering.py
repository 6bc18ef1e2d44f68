"""Accounts put together from what was read for a batch: each customer's, or that of all whom one pays for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from receivables.schedule.account import Account, Debtor, Item
from store.accounts import approvals, claims, holds, rows
from store.accounts import pdfs as pdf_facts
from store.accounts import promises as promise_facts
from store.books import Books

Items = dict[int, tuple[int, Item]]
"""Items by id, each with its customer."""
Sums = Mapping[int, Mapping[str, Decimal]]
"""Amounts by customer and currency."""
Fact = TypeVar("Fact")


def accounts(
    b: Books, payers: Mapping[int, int], items: Items, today: date, *, stale: bool, asleep: Sums
) -> Iterator[Account]:
    """Yield the accounts of a batch of customers, those with one payer as the payer's (SCHEDULE 4).

    `payers` names for each customer who is written to; `asleep` is what is late on items left out.
    """
    ids, written_to = list(payers), sorted(set(payers.values()))
    by_payer = _by_payer(items, payers)
    credits_, late = _added(rows.balances(b, ids), payers), _added(asleep, payers)
    messages = _joined(rows.messages(b, ids, today), payers)
    reachable = holds.reachable(b, written_to)
    letters = {payers[key]: letter for key, letter in holds.open_letters(b, ids).items()}
    given = _joined(approvals.given(b, ids), payers)
    asked = _joined(approvals.asked_for(b, ids, today), payers)
    debtors, policies, everyone = _debtors(b, ids, today)
    for payer in filter(debtors.__contains__, written_to):
        own = debtors[payer]
        account = Account(
            customer_id=payer,
            policy=b.company.policy_for(policies[payer]),
            items=by_payer.get(payer, []),
            kind=own.kind,
            siren=own.siren,
            credits=credits_.get(payer, {}),
            messages=sorted(messages.get(payer, []), key=lambda past: past.on),
            reached_by=reachable.get(payer, holds.NONE),
            insolvent_on=own.insolvent_on,
            pause=own.pause or everyone,
            letter=letters.get(payer),
            late_elsewhere=late.get(payer, {}),
            reply_unread=own.reply_unread,
            stale=stale,
            asked=tuple(asked.get(payer, ())),
            paid_for={key: debtors[key] for key in ids if payers[key] == payer != key},
        )
        yield approvals.with_approved(b, account, given.get(payer, ()), today)


def _by_payer(items: Items, payers: Mapping[int, int]) -> dict[int, list[Item]]:
    found: dict[int, list[Item]] = {}
    for customer_id, item in items.values():
        payer = payers[customer_id]
        if payer != customer_id:
            item.customer_id = customer_id
        found.setdefault(payer, []).append(item)
    return found


def _debtors(
    b: Books, ids: Sequence[int], today: date
) -> tuple[dict[int, Debtor], dict[int, str | None], Any]:
    """Return what is noted on each customer, its policy, and the pause of the whole company."""
    pauses, unread = holds.customer_pauses(b, ids, today), holds.unread_replies(b, ids)
    everyone = pauses.pop(None, None)
    found, policies = {}, {}
    for key, policy, insolvent_on, kind, siren in rows.customers(b, ids):
        pause = pauses.get(key) or everyone
        found[key] = Debtor(kind, siren, insolvent_on, pause, key in unread)
        policies[key] = policy
    return found, policies, everyone


def _added(sums: Sums, payers: Mapping[int, int]) -> dict[int, dict[str, Decimal]]:
    found: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for customer_id, by_currency in sums.items():
        for currency, amount in by_currency.items():
            found[payers[customer_id]][currency] += amount
    return found


def _joined(facts: Mapping[int, Iterable[Fact]], payers: Mapping[int, int]) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = defaultdict(list)
    for customer_id, each in facts.items():
        found[payers[customer_id]] += each
    return found


def complete(b: Books, items: Items, today: date, done: Mapping[int, Any], ids: Sequence[int]) -> None:
    """Set on each item what stands in other tables."""
    facts: dict[str, Mapping[int, Any]] = {
        "done": done,
        "promises": promise_facts.of_customers(b, ids),
        "dispute": holds.disputes(b, ids),
        "rejection": holds.rejections(b, ids),
        **claims.counted_anew(b, [item for _, item in items.values()], today),
        "pause": holds.invoice_pauses(b, ids, today),
        "task": holds.tasks(b, ids),
        "pdf_missing": pdf_facts.of_customers(b, ids, today),
        **holds.vetoes(b, ids, today),
    }
    for name, by_invoice in facts.items():
        for invoice_id, fact in by_invoice.items():
            if invoice_id in items:
                setattr(items[invoice_id][1], name, fact)
    for invoice_id, state in holds.unsure(b, ids, today):
        if invoice_id in items:
            setattr(items[invoice_id][1], state, True)
    for invoice_id in holds.refused(b, ids):
        if invoice_id in items:
            items[invoice_id][1].send_refused = True
