"""A customer's file: /relances fiche."""
