"""The books: tables, migrations, and the acts that can be done on them."""
