"""Who may see, approve and deposit letters on paper."""

from collections.abc import Mapping

from bot import letter_notice
from bot.access import COMMERCIAL, FINANCE, RESPONSABLE
from bot.buttons import letter
from bot.front import Form, Rule
from bot.modals import deposit

CLICKS: Mapping[str, Rule] = {
    letter_notice.SHOW: Rule(letter.show, COMMERCIAL),
    letter_notice.APPROVE: Rule(letter.approve, RESPONSABLE),
    letter_notice.DEPOSIT: Rule(letter.ask_deposit, FINANCE),
    letter_notice.PDF: Rule(letter.again, COMMERCIAL),
}
FORMS: Mapping[str, Form] = {deposit.CALLBACK: Form(deposit.errors, letter.deposited, FINANCE)}
