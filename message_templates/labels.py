"""What people call a step, a reason, a status, a means of payment, the outcome of a call."""

from message_templates.catalogue import tell
from receivables.language import Language


def label(kind: str, key: str, language: Language) -> str:
    """Return the name of `key` among `kind` (step, reason, status…); unknown, the key itself."""
    try:
        return tell(f"labels.{kind}.{key}", language)
    except KeyError:
        return key.replace("_", " ")


def step(key: str, language: Language) -> str:
    """Return the name of a step: `amicale` is a « rappel amical », `ma_relance` is « ma relance »."""
    return label("step", key, language)


def reason(key: str, language: Language) -> str:
    """Return the few words for a reason code of SCHEDULE rule 10."""
    return label("reason", key, language)


def status(key: str, language: Language) -> str:
    """Return the name of an invoice's status."""
    return label("status", key, language)


def means(key: str, language: Language) -> str:
    """Return the name of a means of payment."""
    return label("means", key, language)


def outcome(key: str, language: Language) -> str:
    """Return the name of the outcome of a call."""
    return label("outcome", key, language)
