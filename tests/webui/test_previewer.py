"""What draws files: in a process that may do nothing else, one at a time, and what dies there answers nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.kit.drawings import a_pdf, a_picture, a_png_that_says
from webui.previewer import Busy, Previewer

LIMITS = """
import os, socket, sys
from webui.confinement import confine
sys.stdin.buffer.read()
confine()
refused = 0
for attempt in (lambda: open("/etc/hostname"), socket.socket, os.pipe, lambda: bytearray(2 << 30)):
    try:
        attempt()
    except (OSError, MemoryError):
        refused += 1
os.write(1, b"%d 1 1\\n" % refused + b"RIFF\\x04\\0\\0\\0WEBP")
"""
REFUSED_NICE = """
import os, sys
from webui import preview_child
def refuse(by):
    raise PermissionError
os.nice = refuse
sys.argv = ["", "1", "320"]
preview_child.main()
"""
CALLS = """
import os, sys
from webui.confinement import confine
from pathlib import Path
victim = Path(sys.stdin.buffer.read().decode())
confined = confine()
refused = 0
for attempt in (
    victim.unlink,
    lambda: victim.rename(victim.with_name("other")),
    victim.stat,
    lambda: victim.chmod(0o777),
    lambda: victim.with_name("made").mkdir(),
    lambda: os.symlink("/", victim.with_name("made")),
    lambda: os.truncate(victim, 0),
    lambda: os.kill(os.getppid(), 0),
    lambda: os.execv("/bin/true", ["true"]),
    os.fork,
    lambda: os.chdir("/tmp"),
    os.setsid,
):
    try:
        attempt()
    except PermissionError:
        refused += 1
os.write(1, b"%d %d 1\\n" % (refused, confined) + b"RIFF\\x04\\0\\0\\0WEBP")
"""

SECCOMP: Path = Path("/proc/sys/kernel/seccomp/actions_avail")


def saying(code: str) -> Previewer:
    """Answer a previewer whose child runs this instead."""
    return Previewer((sys.executable, "-c", code))


def test_a_picture_and_a_page_are_drawn_and_kept() -> None:
    previewer = Previewer()
    picture = previewer.draw("anna", "a", a_picture(), 1, 320)
    page = previewer.draw("anna", "b", a_pdf((100, 200), (10, 10)), 1, 320)
    assert picture is not None
    assert page is not None
    assert [(picture.width, picture.pages), (page.height, page.pages)] == [(40, 1), (320, 2)]
    assert previewer.draw("anna", "a", b"asked no more", 1, 320) is picture


def test_it_draws_where_nobody_may_change_priorities() -> None:
    assert saying(REFUSED_NICE).draw("anna", "", a_picture(), 1, 320) is not None


def test_what_cannot_be_drawn_is_not_tried_twice() -> None:
    previewer = Previewer()
    assert previewer.draw("anna", "bomb", a_png_that_says(50_000, 50_000), 1, 320) is None
    assert previewer.draw("anna", "bomb", a_picture(), 1, 320) is None


def test_the_child_can_open_no_file_and_no_socket() -> None:
    drawn = saying(LIMITS).draw("anna", "", b"x", 1, 10)
    assert drawn is not None
    assert drawn.width == 4


@pytest.mark.skipif(not SECCOMP.exists(), reason="this kernel filters no system calls")
def test_the_child_reaches_no_file_by_its_name_and_no_other_process(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"here")
    drawn = saying(CALLS).draw("anna", "", str(victim).encode(), 1, 10)
    assert drawn is not None
    assert drawn.height, "the child is confined by no filter of system calls"
    assert drawn.width == 12
    assert (victim.read_bytes(), list(tmp_path.iterdir())) == (b"here", [victim])


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.abort()",
        "import os; os.kill(os.getpid(), 11)",
        "raise SystemExit(3)",
        "print('1 1 1'); print('<script>')",
        "import sys; sys.stdout.buffer.write(b'1 1 1\\nRIFF\\xff\\0\\0\\0WEBP')",
        "print('no numbers')",
        "import sys\nwhile True: sys.stdout.buffer.write(b'1' * 65536)",
    ],
    ids=["abort", "segfault", "refused", "html", "cut", "words", "endless"],
)
def test_a_child_that_dies_or_lies_gives_no_preview(code: str) -> None:
    assert saying(code).draw("anna", "", b"x", 1, 10) is None


def test_a_child_that_never_ends_is_killed() -> None:
    previewer = Previewer((sys.executable, "-c", "while True: pass"), seconds=0.2)
    assert previewer.draw("anna", "", b"x", 1, 10) is None


def test_who_finds_too_many_waiting_is_asked_to_come_again() -> None:
    previewer = Previewer((sys.executable, "-c", "import sys; sys.exit(3)"))
    assert all(previewer._room.enter(asker) for asker in "abcdefgh")
    with pytest.raises(Busy):
        previewer.draw("anna", "", b"x", 1, 10)
    previewer._room.leave("a")
    assert previewer.draw("anna", "", b"x", 1, 10) is None


def test_one_reader_leaves_room_for_the_others() -> None:
    previewer = Previewer((sys.executable, "-c", "import sys; sys.exit(3)"))
    assert all(previewer._room.enter("anna") for _ in range(3))
    with pytest.raises(Busy):
        previewer.draw("anna", "", b"x", 1, 10)
    assert previewer.draw("bert", "", b"x", 1, 10) is None
    previewer._room.leave("anna")
    assert previewer.draw("anna", "", b"x", 1, 10) is None
