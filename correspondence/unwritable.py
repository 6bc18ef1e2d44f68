"""What is wrong with a message that cannot be written: in the same words where it is shown and kept."""

from message_templates import refusals
from message_templates.sources.budget import TooMuch
from receivables.errors import RelanceError
from receivables.language import Language


def what_is_wrong(error: Exception, language: Language) -> str:
    """Return the sentence of what a person can put right; of all else its kind, which names nobody."""
    said = error.why if isinstance(error, TooMuch) else error
    return refusals.sentence(said, language) if isinstance(said, RelanceError) else type(said).__name__
