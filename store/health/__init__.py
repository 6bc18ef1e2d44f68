"""Whether the books and the processes that work on them are well."""
