"""Who may do what: the four roles of a company's team (DESIGN 7), and the two of a customer's contacts."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody of the team may do, from the least to the most."""

    COMMERCIAL = "commercial"
    FINANCE = "finance"
    RESPONSABLE = "responsable"
    ADMIN = "admin"


class ContactRole(StrEnum):
    """What a contact is at the customer's."""

    BILLING = "billing"
    """Whom we write to about invoices."""
    MANAGER = "manager"
    ACCOUNTING = "accounting"
    """Kept of a file that names a nearer address for reminders."""
    GENERAL = "general"
    """As ACCOUNTING, where the file names one of either."""


BOTH = "both"
"""Of a step: it is sent to contacts of both roles."""
TO: dict[str, tuple[ContactRole, ...]] = {
    ContactRole.BILLING: (ContactRole.BILLING,),
    ContactRole.MANAGER: (ContactRole.MANAGER,),
    BOTH: (ContactRole.BILLING, ContactRole.MANAGER),
}
"""By what a step says under `to`: the roles that it is sent to."""
