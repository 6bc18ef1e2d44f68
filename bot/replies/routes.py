"""Who may press which button of a reply, and send which of its forms."""

from bot.replies import bursts, command, filing
from bot.replies import buttons as reply
from bot.replies import card as incoming
from bot.replies import form as reply_form
from bot.slack.access import COMMERCIAL, FINANCE
from bot.slack.front import Command, Form, Rule
from bot.slack.routes import Routes
from bot.typed import understanding
from receivables.codes.replies import Handled

ROUTES = Routes(
    words={
        "reponses": Command("reponses", understanding.nothing, command.unread, COMMERCIAL),
        "a-classer": Command("a-classer", understanding.nothing, command.to_file, COMMERCIAL),
    },
    clicks={
        **{incoming.ACTIONS[how]: Rule(reply.opens(how), COMMERCIAL) for how in reply_form.CALLBACKS},
        **{
            incoming.ACTIONS[how]: Rule(reply.closes(how), COMMERCIAL)
            for how in (Handled.ANSWERED, Handled.IGNORED)
        },
        incoming.UNDO: Rule(reply.take_back, COMMERCIAL),
        incoming.FILE: Rule(reply.ask_customer, COMMERCIAL),
        **{action: Rule(reply.file_to, COMMERCIAL) for action in incoming.FILE_TO},
        bursts.MARK: Rule(bursts.mark, FINANCE),
        bursts.IGNORE: Rule(bursts.ignore, FINANCE),
        incoming.ADDRESS: Rule(reply.ask_address, COMMERCIAL),
    },
    forms={
        **{
            callback: Form(reply_form.errors, reply.submitted, COMMERCIAL)
            for callback in reply_form.CALLBACKS.values()
        },
        filing.FILE: Form(filing.file_errors, reply.filed, COMMERCIAL),
        filing.ADDRESS: Form(filing.address_errors, reply.corrected, COMMERCIAL),
    },
)
