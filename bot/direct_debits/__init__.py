"""Direct debits: /relances rejet, /relances moyen."""
