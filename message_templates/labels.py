"""What people call a step, a reason, a status, a means of payment, the outcome of a call."""

from message_templates.catalogue import tell


def label(kind: str, key: str) -> str:
    """Return the French name of `key` among `kind` (step, reason, status…); unknown, the key itself."""
    try:
        return tell(f"labels.{kind}.{key}")
    except KeyError:
        return key.replace("_", " ")


def step(key: str) -> str:
    """Return the name of a step: `amicale` is a « rappel amical », `ma_relance` is « ma relance »."""
    return label("step", key)


def reason(key: str) -> str:
    """Return the few words for a reason code of SCHEDULE rule 10."""
    return label("reason", key)


def status(key: str) -> str:
    """Return the name of an invoice's status."""
    return label("status", key)


def means(key: str) -> str:
    """Return the name of a means of payment."""
    return label("means", key)


def outcome(key: str) -> str:
    """Return the name of the outcome of a call."""
    return label("outcome", key)
