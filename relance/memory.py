"""Python's memory, set for bulk work: a plan or a morning's mails make many small lasting objects."""

import gc

YOUNG, MIDDLE, OLD = 100_000, 50, 50


def settle() -> None:
    """Leave what is loaded out of collections, and collect less often. Called once a process is ready."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
