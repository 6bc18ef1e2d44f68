"""Our own QR codes are, module for module, those of segno."""

import io
import random
import zlib

import pytest
import segno

from message_templates.pages import qr_code


def modules(png: bytes) -> list[list[int]]:
    """Return the modules of one of our pictures, quiet zone included: 1 is dark."""
    start = png.index(b"IDAT") + 4
    raw = zlib.decompress(png[start : start + int.from_bytes(png[start - 8 : start - 4])])
    side = int.from_bytes(png[16:20]) // qr_code.SCALE
    width = (side + 1) // 2 + 1
    lines = [raw[at : at + width] for at in range(0, len(raw), width)]
    assert all(line == b"\x02" + bytes(width - 1) for number, line in enumerate(lines) if number % 4)
    return [[int(digit == "0") for digit in line[1:].hex()[:side]] for line in lines[::4]]


# Full, since segno puts an empty word before the padding, where the standard has none.
FULL = [14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331]


@pytest.mark.parametrize("length", FULL)
def test_every_size_is_drawn_as_segno_draws_it(length):
    content = bytes(random.Random(length).choices(range(32, 127), k=length))
    drawn = segno.make_qr(content, mode="byte", encoding="latin1", error="m", mask=2, boost_error=False)
    assert drawn.version == FULL.index(length) + 1
    assert modules(qr_code.png(content)) == [list(row) for row in drawn.matrix_iter(border=4)]


@pytest.mark.parametrize("length", [0, 1, 13, 62, 63, 100, 181, 330])
def test_what_does_not_fill_a_code_is_ended_and_padded_as_the_standard_says(length):
    content = bytes(length)
    layout = qr_code._layout(qr_code._version(length))
    words = qr_code._padded(content, layout).hex()
    head = f"4{length:02x}" if layout.version < 10 else f"4{length:04x}"
    assert words.startswith(head + "00" * length + "0")
    assert ("ec11" * 40).startswith(words[len(head) + 2 * length + 1 :])
    assert len(words) == 2 * layout.capacity


def test_a_content_too_long_is_refused():
    with pytest.raises(ValueError, match="332"):
        qr_code.png(bytes(332))


def test_the_picture_is_a_png_of_one_bit_a_pixel():
    drawn = qr_code.png(b"BCD")
    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    assert drawn[24:26] == b"\x01\x00"
    assert io.BytesIO(drawn).read().endswith(b"IEND\xaeB`\x82")
