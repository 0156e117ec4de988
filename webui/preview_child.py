"""The process in which a file of a mail is drawn: it reads octets, writes a picture, and may do nothing else.

Whoever takes it over through a hole in a decoder finds a process that cannot open a file or a socket, start another,
or write a file, that has little memory and few seconds, and that knows nothing but the file it was given.
"""

from __future__ import annotations

import os
import resource
import sys
from typing import Final

from mail.pdf_page import draw_page, is_pdf
from mail.preview import CannotDraw, Preview
from mail.raster import prepare, redraw

MEMORY_OCTETS: Final = 1024 * 1024 * 1024
"""Of address space: much of it is code that is only mapped."""
CPU_SECONDS: Final = 10
NICE: Final = 10
CANNOT: Final = 3
"""The exit status that says so."""


def main() -> None:
    """Draw page `argv[1]` of the file on standard input, no side longer than `argv[2]` pixels."""
    page, side = int(sys.argv[1]), int(sys.argv[2])
    prepare()
    _confine()
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


def _confine() -> None:
    os.nice(NICE)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_OCTETS),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),  # What is open stays so; there is no file and no socket more.
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
