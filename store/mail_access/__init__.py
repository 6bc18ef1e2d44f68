"""The tokens that open the mail servers, kept encrypted, and what is wrong with them."""
