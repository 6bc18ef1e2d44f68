"""What is wrong with an address to which nothing can be written."""

from enum import StrEnum


class AddressFault(StrEnum):
    """Why no mail can be written to an address, as the books keep it in the place of a server's words."""

    ACCENTS = "accents"
    """Letters with accents before the @, which few servers take."""
    MALFORMED = "malformed"
    """No address at all, or one that no server takes."""
