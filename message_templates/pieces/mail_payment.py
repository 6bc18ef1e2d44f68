"""How an e-mail asks to be paid: what at once, by which transfers, with which motive and code."""

from message_templates.pieces.foreign import clean
from message_templates.pieces.mail_asked import first_asked, transfer_day
from message_templates.pieces.mail_context import EmailContext, EmailLine
from message_templates.pieces.mail_sums import Sum, deducted, pot, reduced, sums
from message_templates.pieces.transfer import ALL_THAT_FIT, NUMBERS, code, grouped, motive, summed_up
from message_templates.writer import Writer
from receivables.codes.customers import CustomerKind
from receivables.codes.messages import MessageKind
from receivables.kinds import rank_of
from receivables.money import ZERO

QR_CID = "virement.png@relance"


def how_to_pay(
    context: EmailContext, main: list[EmailLine], owed: list[Sum], write: Writer
) -> dict[str, object]:
    """Return what to pay by transfer, and what otherwise: of some items due today, these alone."""
    first = due_alone(main, context, write)
    of_first = sums(first, pot(context.credits), write) if first else owed
    now = first or main
    others = [line for line in now if line.currency != "EUR"]
    return {
        "due_first": write.filters["listed"]([part.net for part in of_first]) if first else "",
        "others": len(others),
        "other_numbers": [clean(line.number) for line in others],
        "other_sums": [part.net for part in of_first if part.currency != "EUR"],
        "other_elsewhere": bool(others) and any(line.currency == "EUR" for line in now),
        "transfers": transfers(context, main, owed, write),
        "reduced": reduced(main, context.credits, write),
        **deducted(of_first),
        **to_transfer(context, now, of_first, write),
    }


def due_alone(main: list[EmailLine], context: EmailContext, write: Writer) -> list[EmailLine]:
    """Return the items due today that alone are to be paid today; nothing where credits cover them."""
    first = first_asked(main, context.today)
    return first if any(part.to_pay for part in sums(first, pot(context.credits), write)) else []


def transfers(
    context: EmailContext, main: list[EmailLine], owed: list[Sum], write: Writer
) -> list[tuple[str, str]]:
    """Return the one transfer for each currency that pays all its items in time: how much, by which day."""
    found = []
    for part in [part for part in owed if part.to_pay] or owed:
        due = min(line.due_date for line in main if line.currency == part.currency)
        day = transfer_day(context.company, due, context.today) or due
        found.append((part.net, write.near_day(day)))
    return found


def to_transfer(
    context: EmailContext, lines: list[EmailLine], owed: list[Sum], write: Writer
) -> dict[str, object]:
    """Return what a bank transfer needs: grouped IBAN, motive, and the QR code for what is due in euros.

    No code invites to pay twice what the customer says has been paid, or what we collect; none is for public
    bodies, which do not scan.
    """
    ours = any(line.pulled for line in lines)
    lines = [line for line in lines if not line.pulled]
    euros = [line.number for line in lines if line.currency == "EUR"]
    numbers = euros or [line.number for line in lines]
    of_euros = next((part for part in owed if part.currency == "EUR"), None)
    due = of_euros.to_pay if of_euros else ZERO
    public = rank_of(context.kind, context.siren) == CustomerKind.PUBLIC
    most = ALL_THAT_FIT if public else NUMBERS
    text = motive(
        numbers,
        context.code or context.customer,
        context.today,
        context.language,
        what=MessageKind.REMINDER if any(line.days_late > 0 for line in lines) else MessageKind.INVOICE,
        also=" ".join(credit.number for credit in of_euros.credits if credit.number) if of_euros else "",
        most=most,
    )
    left = any(broken.has_left for broken in context.broken)
    scanned = context.with_qr and not public and not left and not ours
    return {
        "iban": grouped(context.company) if lines or not ours else "",
        "reference": text,
        "motive_of": len(numbers) if summed_up(numbers, most) else 0,
        "code_in_motive": clean(context.code),
        "euro_part": bool(euros) and len(owed) > 1,
        "qr": code(context.company, due, text) if scanned else None,
        "qr_cid": QR_CID,
        "qr_amount": write.amount(due, "EUR"),
    }
