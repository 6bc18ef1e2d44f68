"""Who may see, approve and deposit letters on paper."""

from bot.letters import buttons as letter
from bot.letters import card as letter_notice
from bot.letters import command
from bot.letters import form as deposit
from bot.slack.access import COMMERCIAL, FINANCE, RESPONSABLE
from bot.slack.front import Command, Form, Rule
from bot.slack.routes import Routes
from bot.typed import understanding

ROUTES = Routes(
    words={
        "lettre": Command("lettre", understanding.number("lettres.example"), command.answer_lettre, FINANCE),
    },
    clicks={
        letter_notice.SHOW: Rule(letter.show_letter, COMMERCIAL),
        letter_notice.APPROVE: Rule(letter.approve, RESPONSABLE),
        letter_notice.DEPOSIT: Rule(letter.ask_deposit, FINANCE),
        letter_notice.PDF: Rule(letter.again, COMMERCIAL),
    },
    forms={
        deposit.CALLBACK: Form(deposit.errors, letter.deposited, FINANCE),
    },
)
