"""A customer's file as one zip: every paper of the case, told in French, for whoever recovers the debt."""
