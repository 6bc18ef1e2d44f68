"""A customer's whole file: /relances dossier, and handing over."""
