"""The database under the books: engine, tables, statements, migrations, copies."""
