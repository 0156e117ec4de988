"""The process in which a file of a mail is drawn: it reads octets, writes a picture, and may do little else.

Whoever takes it over through a hole in a decoder finds a process that knows nothing but the file it was given, and
can do no more than `webui.confinement` leaves it: compute for some seconds, and answer a picture. Where the system
cannot confine the calls of a process, its limits alone hold: what its user may delete or stop, it may.
"""

from __future__ import annotations

import os
import sys
from typing import Final

from mail.pdf_page import draw_page, is_pdf
from mail.preview import CannotDraw, Preview
from mail.raster import prepare, redraw
from webui.confinement import confine

CANNOT: Final = 3
"""The exit status that says so."""


def main() -> None:
    """Draw page `argv[1]` of the file on standard input, no side longer than `argv[2]` pixels."""
    page, side = int(sys.argv[1]), int(sys.argv[2])
    prepare()
    confine()
    octets = sys.stdin.buffer.read()
    try:
        drawn = draw_page(octets, page, side) if is_pdf(octets) else redraw(octets, side)
    except CannotDraw:
        os._exit(CANNOT)
    sys.stdout.buffer.write(as_answer(drawn))
    sys.stdout.buffer.flush()
    os._exit(0)


def as_answer(drawn: Preview) -> bytes:
    """Write a preview: its numbers on a line, then the picture."""
    return b"%d %d %d\n%b" % (drawn.width, drawn.height, drawn.pages, drawn.image)


if __name__ == "__main__":
    main()
