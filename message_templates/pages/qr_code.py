"""A QR code as a PNG, byte mode, error correction M, one fixed mask: about thirty times faster than segno.

A morning's mails need thousands of codes. What depends on the size only is worked out once: the modules that
carry no data (read off a code that segno draws), where each bit goes, how blocks interleave. A mail then
costs the error correction of its bytes, one pick of the modules, and zlib. A module is four pixels wide:
one hexadecimal digit in a picture of one bit a pixel. The tests hold every size against segno's own.
"""

import itertools
import struct
import zlib
from binascii import unhexlify
from collections.abc import Callable, Iterator
from functools import lru_cache, reduce
from operator import getitem, itemgetter, xor
from typing import NamedTuple

import segno

MASK = 2  # dark where the column divides by three
BORDER = 4
SCALE = 4
# Level M (ISO/IEC 18004, table 9): correction bytes of a block, then data bytes of each block.
_BLOCKS: dict[int, tuple[int, tuple[int, ...]]] = {
    1: (10, (16,)),
    2: (16, (28,)),
    3: (26, (44,)),
    4: (18, (32,) * 2),
    5: (24, (43,) * 2),
    6: (16, (27,) * 4),
    7: (18, (31,) * 4),
    8: (22, (38,) * 2 + (39,) * 2),
    9: (22, (36,) * 3 + (37,) * 2),
    10: (26, (43,) * 4 + (44,)),
    11: (30, (50,) + (51,) * 4),
    12: (22, (36,) * 6 + (37,) * 2),
    13: (22, (37,) * 8 + (38,)),
}
_LIGHT, _DARK = b"f", b"0"  # four white pixels, four black ones
_PLAIN = bytes.maketrans(b"01", _LIGHT + _DARK)
_FLIPPED = bytes.maketrans(b"01", _DARK + _LIGHT)


class CodeLayout(NamedTuple):
    """Where things go in the codes of one version."""

    version: int
    capacity: int
    correction: int
    blocks: tuple[slice, ...]
    interleave: Callable[[bytes], tuple[int, ...]]
    modules: Callable[[bytes], tuple[int, ...]]
    side: int


def png(content: bytes) -> bytes:
    """Return the QR code of `content` as a PNG with its quiet zone. Raises ValueError beyond 331 bytes."""
    layout = _layout(_version(len(content)))
    data = _padded(content, layout)
    correction = [_correction(data[block], layout.correction) for block in layout.blocks]
    words = bytes(layout.interleave(data + b"".join(correction)))
    bits = f"{int.from_bytes(words):0{8 * len(words)}b}".encode()
    picked = layout.modules(bits.translate(_PLAIN) + bits.translate(_FLIPPED) + _LIGHT + _DARK)
    return _picture(unhexlify(bytes(picked)), layout.side)


@lru_cache(maxsize=512)
def _version(length: int) -> int:
    for version, (_, blocks) in _BLOCKS.items():
        if length + (2 if version < 10 else 3) <= sum(blocks):
            return version
    raise ValueError(f"{length} bytes are too many for a transfer code")


def _padded(content: bytes, layout: CodeLayout) -> bytes:
    """Return the data words: mode, length, content, end mark (all but whole bytes), padding."""
    length = 8 if layout.version < 10 else 16
    head = (0b0100 << length) | len(content)
    whole = (head << 8 * len(content) | int.from_bytes(content)) << 4
    words = whole.to_bytes((4 + length + 4) // 8 + len(content))
    return (words + b"\xec\x11" * (layout.capacity // 2))[: layout.capacity]


def _correction(block: bytes, degree: int) -> bytes:
    """Return the Reed-Solomon correction of a block: the sum of what each of its bytes adds to it."""
    return reduce(xor, map(getitem, _shares(len(block), degree), block)).to_bytes(degree)


@lru_cache(maxsize=32)
def _shares(length: int, degree: int) -> tuple[tuple[int, ...], ...]:
    """Return, for each place in a block, what each byte there adds to the correction.

    A byte one place earlier counts times x: its share moves up by one byte, and what comes out at the top
    is taken away with a multiple of the generator.
    """
    multiples, top, low = _multiples(degree), 8 * (degree - 1), (1 << 8 * (degree - 1)) - 1
    shares = [multiples]
    for _ in range(length - 1):
        shares.append(tuple((share & low) << 8 ^ multiples[share >> top] for share in shares[-1]))
    return tuple(reversed(shares))


@lru_cache(maxsize=16)
def _multiples(degree: int) -> tuple[int, ...]:
    """Return each multiple of the generator polynomial of `degree`, less its leading term, as one number."""
    generator, root = [1], 1
    for _ in range(degree):
        moved = [*generator, 0]
        for place, factor in enumerate(generator, 1):
            moved[place] ^= _times(factor, root)
        generator, root = moved, _times(root, 2)
    return tuple(
        int.from_bytes(bytes(_times(lead, factor) for factor in generator[1:])) for lead in range(256)
    )


def _times(a: int, b: int) -> int:
    """Return the product of two elements of the field of 256 that QR codes use."""
    product = 0
    while b:
        product ^= a * (b & 1)
        a = a << 1 ^ 0x11D * (a >> 7)
        b >>= 1
    return product


@lru_cache(maxsize=16)
def _layout(version: int) -> CodeLayout:
    correction, sizes = _BLOCKS[version]
    ends = [sum(sizes[: number + 1]) for number in range(len(sizes))]
    blocks = tuple(slice(end - size, end) for end, size in zip(ends, sizes, strict=True))
    side = 17 + 4 * version
    return CodeLayout(
        version=version,
        capacity=ends[-1],
        correction=correction,
        blocks=blocks,
        interleave=itemgetter(*_interleaved(blocks, correction, ends[-1])),
        modules=itemgetter(*_picked(version, 8 * (ends[-1] + correction * len(blocks)))),
        side=side + 2 * BORDER,
    )


def _interleaved(blocks: tuple[slice, ...], correction: int, capacity: int) -> Iterator[int]:
    """Yield where each word comes from: first words of all blocks, second words, and so on."""
    for place in range(max(block.stop - block.start for block in blocks)):
        yield from (block.start + place for block in blocks if block.start + place < block.stop)
    for place in range(correction):
        yield from (capacity + number * correction + place for number in range(len(blocks)))


def _picked(version: int, count: int) -> Iterator[int]:
    """Yield, for each module with its quiet zone, its place in: bits, flipped bits, light, dark."""
    light = 2 * count  # and dark is the next
    drawn = segno.make_qr("", version=version, error="m", mask=MASK, boost_error=False)
    places = {spot: place for place, spot in enumerate(_walk(version))}
    quiet = [light] * BORDER
    blank = [light] * (17 + 4 * version + 2 * BORDER + 1)
    yield from blank * BORDER
    for y, row in enumerate(drawn.matrix_iter(border=0)):
        yield from quiet
        for x, module in enumerate(row):
            place, flipped = places.get((y, x), count), x % 3 == 0
            # The few data modules beyond the last bit are light before the mask, as segno has drawn them.
            yield place + count * flipped if place < count else light + module
        yield from [*quiet, light]
    yield from blank * BORDER


def _walk(version: int) -> Iterator[tuple[int, int]]:
    """Yield the data modules in the order bits fill them: pairs of columns from the right, up then down."""
    side = 17 + 4 * version
    fixed = set(_fixed(version, side))
    for turn, right in enumerate([*range(side - 1, 7, -2), 5, 3, 1]):
        for y in range(side) if turn % 2 else range(side - 1, -1, -1):
            yield from ((y, x) for x in (right, right - 1) if (y, x) not in fixed)


def _fixed(version: int, side: int) -> Iterator[tuple[int, int]]:
    """Yield the modules that carry no data: finders, format, timing, alignment, version."""
    boxes = [(0, 0, 9, 9), (0, side - 8, 9, 8), (side - 8, 0, 8, 9), (6, 0, 1, side), (0, 6, side, 1)]
    if version >= 7:
        boxes += [(0, side - 11, 6, 3), (side - 11, 0, 3, 6)]
    centres = [6, side - 7] if version < 7 else [6, side // 2, side - 7]
    for y, x in itertools.product(centres if version > 1 else [], repeat=2):
        if (y, x) not in {(6, 6), (6, side - 7), (side - 7, 6)}:
            boxes.append((y - 2, x - 2, 5, 5))
    for top, left, height, width in boxes:
        yield from itertools.product(range(top, top + height), range(left, left + width))


def _picture(modules: bytes, side: int) -> bytes:
    """Return a PNG, one bit a pixel: each row of modules once, then three times "as the row above"."""
    width = len(modules) // side
    same = (b"\x02" + bytes(width)) * (SCALE - 1)
    lines = [b"\x00" + modules[at : at + width] + same for at in range(0, len(modules), width)]
    header = struct.pack(">IIBBBBB", side * SCALE, side * SCALE, 1, 0, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 1)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
