"""SECURITY S1: nothing but CR LF . CR LF ends a mail, wherever it stands and however the stream is cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtpd.framing import Fault, MailData
from smtpd.limits import Limits
from tests.kit.door import open_door
from tests.kit.smtp_client import SmtpClient

FALSE_ENDS = (
    b"\n.\n",
    b"\n.\r\n",
    b"\n.\r",
    b"\r.\r",
    b"\r.\n",
    b"\r.\r\n",
    b"\r\n.\r",
    b"\r\n.\n",
    b"\r\n.\r\r\n",
    b"\r\r\n.\r\n",
    b"\r\r\n.\r\r\n",
    b"\n\r.\n\r",
    b"\r\n\0.\r\n",
    b"\r\n.\0\r\n",
    b"\r\n.\r\0\n",
)
MAIL = b"From: r@s.example\r\n\r\n.a\r\n..\r\n\r\nb\r\n"
SMUGGLED = b"RSET\r\nMAIL FROM:<e@v.il>\r\n.\r\n"
PLACES = tuple(
    place
    for place in range(len(MAIL) + 1)
    if MAIL[place - 1 : place + 1] != b"\r\n" and not MAIL[:place].endswith(b"\r\n.")
)
"""Everywhere but inside a line end and behind its dot, where the octets would make a true end."""
ROOM = 1000


def spoiled(false_end: bytes, place: int) -> bytes:
    return MAIL[:place] + false_end + MAIL[place:] + SMUGGLED


def read(stream: bytes, cuts: list[int], limit: int) -> MailData:
    """Read up to the first fault, as the channel does."""
    data = MailData(limit)
    for start, end in itertools.pairwise([0, *cuts, len(stream)]):
        if not data.complete:
            data.feed(stream[start:end])
    return data


@pytest.mark.parametrize("limit", [ROOM, 24], ids=["within the size", "over the size"])
@pytest.mark.parametrize("false_end", FALSE_ENDS, ids=repr)
def test_at_every_place_and_cut_at_every_octet(false_end: bytes, limit: int) -> None:
    for place in PLACES:
        stream = spoiled(false_end, place)
        cuts = [[cut] for cut in range(1, len(stream))]
        for chosen in ([], *cuts, list(range(1, len(stream)))):
            data = read(stream, chosen, limit)
            assert (data.fault, data.content()) == (Fault.BARE_LINE_END, b""), (place, chosen)


@given(
    st.sampled_from(FALSE_ENDS),
    st.sampled_from(PLACES),
    st.sets(st.integers(1, 60), max_size=12),
    st.integers(22, 200),
)
def test_cut_into_any_pieces(false_end: bytes, place: int, cuts: set[int], limit: int) -> None:
    stream = spoiled(false_end, place)
    data = read(stream, sorted(cut for cut in cuts if cut < len(stream)), limit)
    assert (data.fault, data.content()) == (Fault.BARE_LINE_END, b"")


@pytest.mark.parametrize("place", PLACES)
def test_the_mail_itself_is_one_with_its_true_end_at_any_cut(place: int) -> None:
    stream = MAIL + b".\r\n"
    data = MailData(ROOM)
    rest = data.feed(stream[:place]) + data.feed(stream[place:] + SMUGGLED)
    assert (data.fault, rest) == (None, SMUGGLED)
    assert data.content() == MAIL.replace(b"\r\n.", b"\r\n")


def test_a_receiver_closes_and_keeps_none_of_them() -> None:
    with open_door(Limits(linger_seconds=1, connections_per_network=1000)) as door:
        for false_end, place in itertools.product(FALSE_ENDS, PLACES[::3]):
            with SmtpClient(door.port) as client:
                client.hello()
                client.say("MAIL FROM:<rita@seller.example>", "RCPT TO:<all@bcc.example>", "DATA")
                assert [client.reply()[:3] for _ in range(3)] == ["250", "250", "354"]
                client.raw(spoiled(false_end, place))
                said = client.reply()
                assert said == "521 5.5.2 Lines end with CR LF", (false_end, place, said)
                assert client.is_closed()
        assert door.store.deliveries == []
