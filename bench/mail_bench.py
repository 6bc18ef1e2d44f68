"""How long mails that mean harm take to read, each pattern at a length, and at twice and four times that.

What takes the square of its length shows as 4 in the last columns; what is linear, as 2 or less. Read as the
mailbox has them read, in this process and without its limits.

    python bench/mail_bench.py [BYTES]
"""

import base64
import itertools
import sys
import time
from datetime import date

from mail_patterns import PATTERNS

from receivables.replies import meaning, numbers
from scheduler.inbox.understanding import read_mail

TOO_SHORT = 0.01
"""Seconds under which a ratio says nothing."""


def seconds(raw: bytes) -> float:
    began = time.process_time()
    told = read_mail({"raw": base64.b64encode(raw).decode(), "whole": True})
    text = told["mail"]["text"]
    meaning.read_reply(text, today=date(2026, 4, 9), numbers=["FAC-1"])
    numbers.written_in(text)
    return time.process_time() - began


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"{'pattern':30} {size:>9} {2 * size:>9} {4 * size:>9}  doubled")
    for name, made in PATTERNS.items():
        took = [min(seconds(made(size * times)) for _ in range(3)) for times in (1, 2, 4)]
        ratios = [
            f"{long / short:.1f}" if short > TOO_SHORT else "-" for short, long in itertools.pairwise(took)
        ]
        print(f"{name:30} {took[0]:8.3f}s {took[1]:8.3f}s {took[2]:8.3f}s  {' '.join(ratios)}")


if __name__ == "__main__":
    main()
