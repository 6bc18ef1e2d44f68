"""Tasks: /relances taches, and the Home tab."""
