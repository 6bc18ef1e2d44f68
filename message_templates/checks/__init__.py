"""A company's own texts, tried at start."""
