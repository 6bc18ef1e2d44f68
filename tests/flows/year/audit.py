"""Each mail that leaves is held against SCHEDULE.md, rule by rule, from the facts; and each that does not.

Nothing here asks `receivables`: a rule that is wrong there is seen here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tests.flows.year.facts import (
    DAY,
    Chore,
    Client,
    Debt,
    Letter,
    Rung,
    early_slot,
    hold,
    hold_issue,
    is_open,
    next_late,
    open_after,
    open_from,
    unsent,
)

GAP = 5
LEAST = Decimal("5.00")
LIMIT = Decimal("6000.00")
"""Above it, for an invoice or for all that a customer is asked for that day, a responsable is asked."""


@dataclass(frozen=True)
class Line:
    """An invoice of a mail: the step that it climbs, None when it is only listed."""

    number: str
    step: str | None
    joined: bool


@dataclass(frozen=True)
class Gone:
    """A mail that left by itself."""

    client: Client
    at: datetime
    """In the company's zone."""
    to: tuple[str, ...]
    tone: str
    lines: tuple[Line, ...]
    kind: str = "reminder"

    @property
    def day(self) -> date:
        """The local day."""
        return self.at.date()


def rung_of(client: Client, key: str | None) -> Rung | None:
    """Return the step of the customer's policy that has this key."""
    return next((rung for rung in client.ladder(date.max) if rung.key == key), None)


def due_late(client: Client, today: date) -> dict[str, tuple[Rung, date]]:
    """Return the late steps whose slot has come and that nothing holds, by invoice: on any channel."""
    found = {}
    for number, debt in client.debts.items():
        step = next_late(debt, today) if debt.alive() and hold(debt, today) is None else None
        if step is not None and step[1] <= today and debt.due < today:
            found[number] = step
    return found


def asked_for(client: Client, numbers: Iterable[str], currency: str) -> Decimal:
    """Return what may be asked for on these invoices, in one currency."""
    debts = (client.debts[number] for number in numbers)
    return sum((debt.claimed for debt in debts if debt.currency == currency), Decimal(0))


def late_total(client: Client, today: date) -> dict[str, Decimal]:
    """Return all that is late, held or not, per currency (rule 8)."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for debt in client.debts.values():
        if debt.alive() and debt.due < today:
            sums[debt.currency] += debt.left
    return sums


def spaced(client: Client, number: str, rung: Rung, today: date) -> bool:
    """Whether the distance to what was sent before is right for one step of one invoice (rule 6)."""
    days = {each.day for each in client.ladder(today) if not each.from_issue}
    for before in client.sent:
        gap = GAP if before.late or rung.late else 3
        last = before.days.get(number)
        if last is not None and last in days and not rung.from_issue and 0 < rung.day - last < gap:
            gap = rung.day - last
        if today < before.on + gap * DAY:
            return False
    return not any(today < open_after(c.opened, c.rung.wait_days) for c in client.chores if is_letter(c))


def is_letter(chore: Chore) -> bool:
    """Whether a letter waits to be posted."""
    return chore.rung.channel == "letter"


def check_mail(mail: Gone) -> None:
    """Hold a mail that left by itself against the rules."""
    client, today = mail.client, mail.day
    assert is_open(today), "rule 9: a closed day"
    assert 10 <= mail.at.hour < 17 or (mail.at.hour == 17 and mail.at.minute < 30), "rule 9: the window"
    assert not client.bounced, "rule 14: an address that bounced"
    assert mail.to == (client.address,), "the wrong mailbox"
    if mail.kind == "invoice":
        _check_sending(mail)
        return
    assert all(before.on != today for before in client.sent), "rule 4: twice in a day"
    for line in mail.lines:
        _check_line(mail, line, client.debts[line.number])
    _check_tone(mail)
    own = [line for line in mail.lines if not line.joined]
    assert own, "rule 4: only items that joined"
    assert any(_spaced(mail, line) for line in own), "rule 6: too soon after the last"
    _check_money(mail)
    _check_approved(mail)
    _check_not_in_the_way(mail)


def agreed(debt: Debt, today: date) -> bool:
    """Whether a responsable approved the step that is next, for what is asked for now."""
    step = next_late(debt, today)
    return step is not None and (step[0].key, debt.claimed) in debt.agreed


def waits_for_approval(client: Client, debt: Debt, today: date) -> bool:
    """Whether an invoice may wait for an approval: by itself, or with all that is due in its currency."""
    together = asked_for(client, due_late(client, today), debt.currency)
    return (debt.claimed > LIMIT or together > LIMIT) and not agreed(debt, today)


def _check_approved(mail: Gone) -> None:
    """Rule 17: what is above the limit, or brings the sum above it, leaves approved or not at all."""
    rows = [(line, mail.client.debts[line.number]) for line in mail.lines]
    late = [(line, debt) for line, debt in rows if debt.due < mail.day]
    for line, debt in late:
        assert debt.claimed <= LIMIT or agreed(debt, mail.day), f"rule 17: {line.number} is not approved"
    for currency in {debt.currency for _, debt in late}:
        counted = [(line, debt) for line, debt in late if debt.currency == currency and debt.claimed <= LIMIT]
        total = sum((debt.claimed for _, debt in counted), Decimal(0))
        for line, debt in counted if total > LIMIT else ():
            assert not line.joined, f"rule 17: {line.number} joined and brings the sum above the limit"
            assert agreed(debt, mail.day), f"rule 17: {line.number} is not approved with the others"


def _check_sending(mail: Gone) -> None:
    """Rule 1: the invoices themselves, each once, on its day or later, up to its due date."""
    client, today = mail.client, mail.day
    assert today not in client.invoiced, "rule 21: two messages of invoices in a day"
    for line in mail.lines:
        debt = client.debts[line.number]
        step = unsent(debt, today)
        assert step is not None, f"rule 1: {line.number} is no invoice to be sent"
        assert step[0].key == line.step, f"rule 1: {line.step} of {line.number}"
        assert step[1] <= today, f"rule 1: {line.number} is sent before its slot, {step[1]}"
        assert hold_issue(debt, today) is None, f"rule 1: {line.number} is held, {hold_issue(debt, today)}"


def _check_not_in_the_way(mail: Gone) -> None:
    """Rule 6: no friendly mail while a late one is due, or will be before the spacing of it would end."""
    client, today = mail.client, mail.day
    tone = rung_of(client, mail.tone)
    if tone is None or tone.late:
        return
    with_it = {line.number: rung_of(client, line.step) for line in mail.lines}
    for number, debt in client.debts.items():
        step = next_late(debt, today) if debt.alive() and hold(debt, today) is None else None
        if step is None or step[0].channel not in {"email", "letter"} or client.credit[debt.currency] > 0:
            continue
        if debt.claimed < LEAST or any(number in chore.numbers for chore in client.chores):
            continue
        if waits_for_approval(client, debt, today):
            continue
        rung, slot = step
        own = with_it.get(number)
        gap = min(GAP, rung.day - own.day) if own is not None else GAP
        free = today + gap * DAY
        assert open_from(slot) >= free, f"rule 6: in the way of {rung.key} of {number}, on {slot}"


def _spaced(mail: Gone, line: Line) -> bool:
    rung = rung_of(mail.client, line.step) or _next(mail.client.debts[line.number], mail.day)
    return rung is not None and spaced(mail.client, line.number, rung, mail.day)


def _next(debt: Debt, today: date) -> Rung | None:
    step = next_late(debt, today)
    return step[0] if step else None


def _check_line(mail: Gone, line: Line, debt: Debt) -> None:
    today = mail.day
    assert hold(debt, today) is None, f"rule 10: {line.number} is held, {hold(debt, today)}"
    assert unsent(debt, today) is None, f"rule 1: {line.number} itself is not sent yet"
    assert debt.learnt <= today, "not known yet"
    if line.step is None:
        return
    rung = rung_of(mail.client, line.step)
    assert rung is not None, f"rule 3: {line.step} is no step of {mail.client.policy}"
    assert rung.channel == "email", "a human step by mail"
    done = {(each.key, each.day) for each in debt.climbed}
    assert (rung.key, rung.day) not in done, f"rule 21: {rung.key} of {line.number} twice"
    if rung.late:
        _check_late(line, debt, rung, today)
    else:
        _check_early(line, debt, rung, today)


def _check_late(line: Line, debt: Debt, rung: Rung, today: date) -> None:
    assert today > debt.due, "rule 2: not late yet"
    step = next_late(debt, today)
    assert step is not None, "rule 2: the ladder is done"
    assert rung.key == step[0].key, (
        f"rule 2: {rung.key} is not the next step of {debt.number}, {step[0].key} is"
    )
    soon = today + GAP * DAY if line.joined else today + DAY
    assert step[1] < soon, f"rule 2: {rung.key} of {debt.number} leaves before its slot, {step[1]}"


def _check_early(line: Line, debt: Debt, rung: Rung, today: date) -> None:
    assert today <= debt.due, "rule 1: past the due date"
    assert today >= debt.issued, "rule 1: before the issue date"
    slot = early_slot(debt, rung)
    assert slot is not None, f"rule 1: {rung.key} does not exist for {debt.number}"
    soon = today + GAP * DAY if line.joined else today + DAY
    assert slot < soon, f"rule 1: {rung.key} of {debt.number} leaves before its slot, {slot}"
    passed = [each.day for each in debt.climbed if each.day <= 0 and not each.from_issue]
    assert not rung.from_issue, "rule 1: an invoice sent within a reminder"
    assert all(day < rung.day for day in passed), "rule 1: earlier after later"
    if debt.back_since is not None and slot < open_after(debt.back_since, 3):
        assert today >= open_after(debt.back_since, 3), "rule 12: too soon"


def _check_tone(mail: Gone) -> None:
    """Rule 5: the tone is that of the sternest step due by itself on what is not too small."""
    ladder = mail.client.ladder(mail.day)
    rank = {rung.key: place for place, rung in enumerate(ladder)}
    tone = rung_of(mail.client, mail.tone)
    assert tone is not None, "rule 5: no such tone"
    own = [line for line in mail.lines if not line.joined]
    steps = [(mail.client.debts[line.number], rung_of(mail.client, line.step)) for line in own]
    late = [(debt, rung) for debt, rung in steps if rung is not None and rung.late]
    if not late:
        assert not tone.late, "rule 5: a late tone about nothing late"
        return
    big = [rank[rung.key] for debt, rung in late if debt.claimed >= LEAST]
    ranks = [rank[rung.key] for _, rung in late]
    assert rank[mail.tone] == (max(big) if big else min(ranks)), "rule 5: the tone"
    for line in mail.lines:
        assert line.step is None or rank[line.step] <= rank[mail.tone], "rule 4: only listed"
    first = next(rung for rung in ladder if rung.late)
    mild = rank[mail.tone] <= rank[first.key]
    upcoming = [line for line in mail.lines if mail.client.debts[line.number].due >= mail.day]
    assert mild or not upcoming, "rule 5: something not yet due under a stern text"


def _check_money(mail: Gone) -> None:
    """Rules 7 and 8: not for what credit covers, nor for less than the minimum."""
    client, today = mail.client, mail.day
    tone = rung_of(client, mail.tone)
    if tone is None or not tone.late:
        return
    due, total = due_late(client, today), late_total(client, today)
    late = [client.debts[line.number] for line in mail.lines if client.debts[line.number].due < today]
    for currency in {debt.currency for debt in late}:
        asked = asked_for(client, due, currency)
        own = [each for each in mail.lines if not each.joined]
        own = [each for each in own if client.debts[each.number].currency == currency]
        if any((rung_of(client, each.step) or tone).late for each in own):
            assert asked - client.credit[currency] >= LEAST, "rule 7: covered by credit"
            assert total[currency] >= LEAST, "rule 8: too small"


def unsent_today(client: Client, today: date) -> str | None:
    """Return an invoice that should have been sent by `today`, and nothing kept back."""
    for debt in client.debts.values():
        step = unsent(debt, today) if debt.alive() and hold_issue(debt, today) is None else None
        if step is not None and step[1] <= today and not client.bounced:
            return f"{step[0].key} of {debt.number}, slot {step[1]}"
    return None


def forgotten(client: Client, today: date) -> str | None:
    """Return an invoice whose late e-mail should have left on `today`, and why nothing kept it back."""
    due = due_late(client, today)
    mails = {number: step for number, step in due.items() if step[0].channel == "email"}
    letters = any(rung.channel == "letter" for rung, _ in due.values()) or any(map(is_letter, client.chores))
    if client.bounced or letters:
        return None
    total = late_total(client, today)
    for currency in {client.debts[number].currency for number in mails}:
        if asked_for(client, due, currency) - client.credit[currency] < LEAST or total[currency] < LEAST:
            continue
        for number, (rung, slot) in mails.items():
            debt = client.debts[number]
            if waits_for_approval(client, debt, today):
                continue
            if debt.currency == currency and debt.claimed >= LEAST and spaced(client, number, rung, today):
                return f"{rung.key} of {number}, slot {slot}"
    return None


def left(mail: Gone) -> None:
    """Write down what a mail changes for what follows."""
    if mail.kind == "invoice":
        mail.client.invoiced.append(mail.day)
        return
    days = {}
    for line in mail.lines:
        rung = rung_of(mail.client, line.step)
        if rung is not None:
            days[line.number] = rung.day
    tone = rung_of(mail.client, mail.tone)
    mail.client.sent.append(Letter(mail.day, bool(tone and tone.late), days))
