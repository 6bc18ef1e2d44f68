"""Approvals: messages that leave once a second person agrees; escalations ask for them."""
