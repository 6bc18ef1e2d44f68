"""Payment plans: /relances echeancier."""
