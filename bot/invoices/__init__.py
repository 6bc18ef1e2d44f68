"""Late invoices: the list, and the workbook."""
