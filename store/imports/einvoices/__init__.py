"""E-invoices: what a Factur-X, ZUGFeRD, CII or UBL file says, and messages on what became of an invoice."""
