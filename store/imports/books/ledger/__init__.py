"""An accounting export in the books: documents, payments, what settles what, balances."""
