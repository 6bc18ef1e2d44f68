"""What a file leaves open: a question with its choices, and what happens while nobody has answered it.

Whoever reads asks (`Findings.ask`) and goes on with what comes back: the answer, or the default. A question
has the same id at each reading of the same words, so that an answer given once is found again.
"""

from dataclasses import dataclass
from enum import StrEnum

from receivables.text import fold

WAIT = "wait"
"""The default of what nothing can be taken without: the file waits for the answer."""
HELD = "held"
"""The default of what can be taken and not acted on: the invoices are held meanwhile."""
YES, NO = "yes", "no"
LATEST = "latest"
"""The default of a due date that may be one of two: the later one."""
EACH, WHOLE = "each", "whole"
"""Whether rows of one number each have a part of its amount, or all of it."""
LATER = "later"
"""The default of what changes no reminder: it stays open."""


APART, ONE = "apart", "one"
"""Whether namesakes are customers apart, which is the default too, or one."""
TAKEN, LEFT_OUT = "taken", "left_out"
"""Whether something of the file is taken; left out is a default too."""


class QuestionKind(StrEnum):
    """What is asked about. Its sentence is `import.question.<kind>`."""

    COLUMN = "column"
    """What an unread column holds, when its header smells of money, payment, dispute, status or e-mail."""
    MEANING = "meaning"
    """Which of several columns of one meaning counts."""
    KIND_ASKED = "kind_asked"
    """Whether customers with a SIREN are businesses."""
    FILE_WORD = "file_word"
    """What becomes of invoices of which a word alone does not say enough."""
    STATUS = "status"
    """What a word of status means that nobody knows, once for the word."""
    AMOUNTS = "amounts"
    """How a column of amounts is to be read: thousands or decimals, millions or as written."""
    ITEMS = "items"
    """Whether the amounts of rows of one number add up."""
    DEBIT_UNPAID = "debit_unpaid"
    """Whether direct debits said unpaid came back."""
    EQUAL_INSTALMENTS = "equal_instalments"
    """Whether rows of one number and amount, due on several days, are instalments or repeat the total."""
    ONE_PAYER = "one_payer"
    """Whether one customer pays for all who have an address; `about` is the address."""
    NAME_SIRENS = "name_sirens"
    """Whether customers of one name and several SIREN are one."""
    FEC_UNBALANCED = "fec_unbalanced"
    """Whether an accounting export is taken whose journals do not balance."""
    FEC_SHARED = "fec_shared"
    """Whether an account is one customer, or stands for many."""
    FEC_NAMELESS = "fec_nameless"
    """Who the customers are whose accounts have no name."""
    SELLER = "seller"
    """Whether who sells by an e-invoice is the company, under another name."""
    MONTH_END = "month_end"
    """How « 30 jours fin de mois » is counted."""


@dataclass(frozen=True, slots=True)
class ImportQuestion:
    """One question about a file."""

    kind: QuestionKind
    about: str
    """The header, word, code or name as the file writes it; empty when the kind says all."""
    choices: tuple[str, ...] = ()
    """Codes with words of their own, or columns of the file; empty when it is answered in its task."""
    default: str = ""
    """What happens meanwhile."""
    rows: tuple[int, ...] = ()
    """The first lines that it touches."""
    count: int = 0
    """How many it touches."""
    values: tuple[str, ...] = ()
    """The first examples."""

    @property
    def id(self) -> str:
        """What names the question in an answer: the kind, and what it is about, folded."""
        about = fold(self.about).replace(" ", "-")
        return f"{self.kind}:{about}" if about else self.kind.value


Answers = dict[str, str]
"""What people answered, by question."""
