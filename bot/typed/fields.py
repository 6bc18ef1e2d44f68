"""What is wrong with the fields of a form that name an invoice and an amount, by the books."""

from bot.typed.choosing import rows
from bot.typed.meaning import look_into, meanings
from bot.typed.sums import amount_meant
from bot.typed.unknown import unknown
from bot.typed.values import Doubt, Understood
from bot.typed.words import refusal
from receivables.errors import RelanceError
from store.books import Books


def errors(b: Books, said: Understood, example: str, amount_field: str) -> dict[str, str]:
    """Return what is wrong, by field: a number that nobody has (`number`), an amount in another currency.

    What could mean several is no error: it is asked once the form was sent, with all that it says.
    """
    language = b.company.language
    found = meanings(look_into(b), said.readings, lists=True)
    try:
        if not found:
            raise unknown(b, said, example, lists=True)
        of_each = [rows(b, each) for each in found]
    except RelanceError as error:
        return {"number": refusal(error, language)}
    if len(of_each) == 1 and len(of_each[0]) == 1 and not isinstance(found[0].reading.amount, Doubt):
        try:
            amount_meant(b, said, found[0].reading, of_each[0][0])
        except RelanceError as error:
            return {amount_field: refusal(error, language)}
    return {}
