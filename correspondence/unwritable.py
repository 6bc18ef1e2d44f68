"""What is wrong with a message that cannot be written: in the same words where it is shown and kept."""

from message_templates import refusals
from receivables.errors import RelanceError
from receivables.language import Language


def what_is_wrong(error: Exception, language: Language) -> str:
    """Return the sentence of what a person can put right; of all else its kind, which names nobody."""
    return refusals.sentence(error, language) if isinstance(error, RelanceError) else type(error).__name__
