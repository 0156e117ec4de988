"""Framing against an independent reading, one octet at a time, however the stream is cut."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smtpd.framing import CommandLines, Fault, MailData
from smtpd.room import Room

LIMIT = 40
LINE = 12


@dataclass(frozen=True)
class Outcome:
    fault: Fault | None
    content: bytes | None
    rest: bytes


def read_slowly(stream: bytes, limit: int) -> Outcome | None:
    """RFC 5321 §4.1.1.4 and §4.5.2, word for word; None where the end has not come."""
    content, line, long_line = bytearray(), bytearray(), False
    for position, octet in enumerate(stream):
        line.append(octet)
        if position >= 2 * limit and not b".\r\n".startswith(bytes(line)):
            return Outcome(Fault.ENDLESS, None, b"")
        ended = line.endswith(b"\r\n")
        if ended and bytes(line) == b".\r\n":
            if limit < len(content):
                return Outcome(Fault.TOO_BIG, None, stream[position + 1 :])
            if long_line:
                return Outcome(Fault.TOO_LONG, None, stream[position + 1 :])
            return Outcome(None, bytes(content), stream[position + 1 :])
        before = line[-2] if len(line) > 1 else None
        if octet == 0 or (octet == 10 and before != 13) or (before == 13 and octet != 10):
            return Outcome(Fault.BARE_LINE_END, None, b"")
        if ended:
            unstuffed = line[1:] if line.startswith(b".") else line
            content += unstuffed
            long_line = long_line or len(unstuffed) > LINE + 2
            line.clear()
    return None


def read_in_chunks(stream: bytes, cuts: list[int], limit: int) -> Outcome | None:
    data = MailData(limit, LINE)
    bounds = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    for start, end in itertools.pairwise(bounds):
        rest = data.feed(stream[start:end])
        if data.complete:
            if data.fault in (Fault.BARE_LINE_END, Fault.ENDLESS):
                return Outcome(data.fault, None, b"")
            return Outcome(data.fault, None if data.fault else data.content(), rest + stream[end:])
    return None


TOKENS = st.sampled_from([b"\r\n", b".", b"\r\n.\r\n", b"\r\n..", b"a", b"bcdef", b"\r", b"\n", b"\0", b"abcdefghijkl"])
GOOD_TOKENS = st.sampled_from([b"\r\n", b".", b"\r\n..", b"a", b"bcdef", b"abcdefghijkl", b"\r\n.\r\n", b".\r\n"])


def streams(tokens: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.lists(tokens, max_size=24).map(b"".join)


@given(st.one_of(streams(TOKENS), streams(GOOD_TOKENS)), st.lists(st.integers(0, 300), max_size=6))
@example(b".\r\n", [1, 2])
@example(b"..\r\n.\r\nrest", [])
@example(b"a\r\n.\r\nNOOP\r\n", [1, 2, 3, 4, 5])
@example(b"\r\n.\r\r\n", [3, 4])
@example(b"x" * 80 + b"\r\n.\r\n", [])
@example(b"x" * 78 + b"\r\n.\r\n", [])
@example(b"x" * 79 + b"\r.\r\n", [])
@example(b"x" * 100 + b"\r\n", [50])
def test_chunking_changes_nothing_and_the_slow_reading_agrees(stream: bytes, cuts: list[int]) -> None:
    whole = read_in_chunks(stream, [], LIMIT)
    assert read_in_chunks(stream, cuts, LIMIT) == whole
    expected = read_slowly(stream, LIMIT)
    assert whole == expected or (whole is None and len(stream) <= 2 * LIMIT + 4 and _may_still_come(expected))


def _may_still_come(expected: Outcome | None) -> bool:
    """The last few octets may begin the end, so nothing is said of them before the next one comes."""
    return expected is not None and expected.fault is Fault.ENDLESS


@given(st.binary(max_size=400), st.lists(st.integers(0, 900), max_size=6))
def test_what_is_stuffed_is_read_back(body: bytes, cuts: list[int]) -> None:
    lines = [line.replace(b"\r", b"").replace(b"\0", b"")[:LINE] for line in body.split(b"\n")]
    content = b"".join(line + b"\r\n" for line in lines)
    carried = b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)
    assert read_in_chunks(carried + b".\r\nQUIT", cuts, 10_000) == Outcome(None, content, b"QUIT")


@pytest.mark.parametrize(("limit", "fault"), [(20, None), (19, Fault.TOO_BIG)], ids=["at the limit", "one over"])
def test_size_counts_what_is_kept_without_doubled_dots(limit: int, fault: Fault | None) -> None:
    data = MailData(limit)
    data.feed(b"..2345678\r\n12345678\r\n.\r\n")
    assert data.complete
    assert data.size == 20
    assert data.fault is fault


def test_nothing_is_kept_over_the_limit() -> None:
    data = MailData(1000)
    for _ in range(190):
        data.feed(b"12345678\r\n")
    assert data.content() == b""


@pytest.mark.parametrize("line", [b"..\r\n", b"\r\n", b".\n", b"\r", b"\r\n.", b"a\r\n"])
def test_time_is_linear_whatever_the_octets(line: bytes) -> None:
    data = MailData(50_000_000)
    chunk = (line * 300_000)[:262_144]
    for _ in range(20):
        data.feed(chunk)
    assert data.received <= 21 * 262_144


def take_all(lines: CommandLines) -> list[bytes | Fault]:
    taken = []
    while (one := lines.take()) is not None:
        taken.append(one)
        if one in (Fault.BARE_LINE_END, Fault.ENDLESS, Fault.FOREIGN):
            break
    return taken


def cut_commands(stream: bytes, cuts: list[int]) -> list[bytes | Fault]:
    lines, taken = CommandLines(), []
    bounds = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    for start, end in itertools.pairwise(bounds):
        lines.feed(stream[start:end])
        taken += take_all(lines)
        if taken and isinstance(taken[-1], Fault) and taken[-1] is not Fault.TOO_LONG:
            break
    return taken


COMMANDS = st.lists(
    st.sampled_from([b"NOOP\r\n", b"\r\n", b"MAIL", b"\r", b"\n", b"x" * 300, b"y" * 13_000, b" ", b"\x16", b"RCPT"]),
    max_size=12,
).map(b"".join)


@given(COMMANDS, st.lists(st.integers(0, 40_000), max_size=6))
def test_commands_are_the_same_however_they_are_cut(stream: bytes, cuts: list[int]) -> None:
    assert cut_commands(stream, cuts) == cut_commands(stream, [])


@pytest.mark.parametrize(
    ("start", "octets", "fault"),
    [
        (b"NOOP ", 512, None),
        (b"NOOP ", 513, Fault.TOO_LONG),
        (b"MAIL ", 1000, None),
        (b"rcpt ", 1000, None),
        (b"RCPT ", 1001, Fault.TOO_LONG),
        (b"AUTH ", 12_288, None),
        (b"AUTH ", 12_289, Fault.TOO_LONG),
        (b"NOOP ", 1 << 20, Fault.TOO_LONG),
        (b"NOOP ", (1 << 20) + 1, Fault.ENDLESS),
    ],
)
def test_lengths_of_commands(start: bytes, octets: int, fault: Fault | None) -> None:
    line = start + b"a" * (octets - len(start) - 2)
    assert cut_commands(line + b"\r\n", []) == [fault or line]


def test_what_is_kept_of_an_endless_command_is_bounded() -> None:
    lines = CommandLines()
    kept: list[int] = []
    while lines.take() is None:
        lines.feed(b"a" * 4096)
        kept.append(lines.waiting)
    assert max(kept) < 20_000


def test_all_mails_together_hold_no_more_than_there_is_room() -> None:
    room = Room(100)
    first, second = MailData(80, room=room, free=0), MailData(80, room=room, free=0)
    first.feed(b"x" * 60 + b"\r\n")
    second.feed(b"y" * 50 + b"\r\n")
    assert room.held == 60  # the last CR LF may begin the end, so it is not the mail’s yet
    second.feed(b".\r\n")
    assert second.complete
    assert second.fault is Fault.CROWDED
    first.feed(b".\r\n")
    assert first.fault is None
    assert len(first.content()) == 62
    first.release()
    first.release()
    assert room.held == 0


def test_an_ordinary_mail_needs_no_room() -> None:
    room = Room(100)
    small, large = MailData(1000, room=room, free=200), MailData(1000, room=room, free=200)
    large.feed(b"x" * 300)
    assert room.held == 100
    small.feed(b"y" * 198 + b"\r\n.\r\n")
    assert (small.fault, room.held) == (None, 100)
    large.feed(b"x\r\n.\r\n")
    assert (large.fault, large.content()) == (Fault.CROWDED, b"")
    assert room.held == 0


@pytest.mark.parametrize("sent", [b"a\nb", b"x" * 500, b"x" * 90 + b"\r\n.\r\n"])
def test_a_mail_that_is_given_up_leaves_its_room(sent: bytes) -> None:
    room = Room(1000)
    data = MailData(80, room=room, free=0)
    data.feed(b"x" * 60)
    assert room.held == 60
    data.feed(sent)
    assert room.held == 0
