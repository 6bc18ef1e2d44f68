"""Payment plans (échéanciers): a debt paid by instalments."""
