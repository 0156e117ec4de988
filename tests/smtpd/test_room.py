"""Room for mail under way: taken while it is held, and free again in whatever state a client goes away."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any, cast

import pytest

from ingest.delivery import Stored
from smtpd.channel import MOST_UNSENT, Channel
from smtpd.framing import MailData
from smtpd.limits import Limits
from smtpd.room import Room
from smtpd.service import LMTP
from tests.kit.door import OpenDoor, open_door
from tests.kit.mails import a_message
from tests.kit.smtp_client import SmtpClient, stuffed
from tests.kit.waiting import wait_until

LIMITS = Limits(message_octets=3_000_000, linger_seconds=0.3)
LARGE = a_message() + b"All work and no play makes a mail of the usual length.\r\n" * 20_000


@pytest.fixture(params=["uvloop", "asyncio"])
def door(request: pytest.FixtureRequest) -> Iterator[OpenDoor]:
    with open_door(LIMITS, event_loop=request.param) as opened:
        yield opened


def _begin(client: SmtpClient, hello: str = "EHLO") -> None:
    client.reply()
    client.ask(f"{hello} client.example")
    client.say("MAIL FROM:<rita@seller.example>", "RCPT TO:<all@bcc.example>", "DATA")
    assert [client.reply()[:3] for _ in range(3)] == ["250", "250", "354"]


def _reset(client: SmtpClient) -> None:
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.socket.close()


def _held(door: OpenDoor) -> int:
    return door.door.sessions.room.held


def _is_free(door: OpenDoor) -> bool:
    return len(door.door.sessions) == 0 and _held(door) == 0


@pytest.mark.parametrize("abruptly", [True, False], ids=["reset", "closed"])
def test_in_the_middle_of_a_mail(door: OpenDoor, abruptly: bool) -> None:
    with SmtpClient(door.port) as client:
        _begin(client)
        client.raw(LARGE)
        wait_until(lambda: _held(door) > 1_000_000)
        if abruptly:
            _reset(client)
    wait_until(lambda: _is_free(door))


def test_with_the_last_octet(door: OpenDoor) -> None:
    for _ in range(20):
        client = SmtpClient(door.port)
        _begin(client)
        client.raw(stuffed(LARGE))
        _reset(client)
    wait_until(lambda: _is_free(door))


def test_before_it_takes_the_reply_to_data(door: OpenDoor) -> None:
    with SmtpClient(door.port) as client:
        client.hello()
        client.ask("MAIL FROM:<rita@seller.example>")
        client.ask("RCPT TO:<all@bcc.example>")
        (session,) = door.door.sessions
        door.loop.call_soon_threadsafe(cast(Channel, session).pause_writing)
        assert client.ask("DATA").startswith("354")
        client.raw(LARGE)
        wait_until(lambda: _held(door) > 1_000_000)
        _reset(client)
    wait_until(lambda: _is_free(door))


def test_while_it_is_judged_the_room_is_held_on(door: OpenDoor) -> None:
    judged, asked = threading.Event(), threading.Event()
    quick = door.examine

    def slow(*facts: Any) -> Any:
        asked.set()
        assert judged.wait(20)
        return quick(*facts)

    door.examine = slow
    with SmtpClient(door.port) as client:
        _begin(client)
        client.raw(stuffed(LARGE))
        assert asked.wait(10)
        _reset(client)
    wait_until(lambda: len(door.door.sessions) == 0)
    assert _held(door) > 1_000_000
    judged.set()
    wait_until(lambda: _is_free(door))


def test_while_it_is_stored_the_room_is_held_on(door: OpenDoor) -> None:
    held: list[Future[Stored]] = []
    door.store.held = held
    with SmtpClient(door.port) as client:
        _begin(client)
        client.raw(stuffed(LARGE))
        wait_until(lambda: bool(held))
        _reset(client)
    wait_until(lambda: len(door.door.sessions) == 0)
    assert _held(door) > 1_000_000
    door.loop.call_soon_threadsafe(held[0].set_result, Stored(1, is_new=True))
    wait_until(lambda: _is_free(door))


@pytest.mark.parametrize("end", [b".\r\n", b"\n.\r\n", b"x" * 70_000 + b"\r\n.\r\n"], ids=["kept", "false", "long"])
def test_after_a_reply(door: OpenDoor, end: bytes) -> None:
    with SmtpClient(door.port) as client:
        _begin(client)
        client.raw(LARGE + end)
        assert client.reply()[:3] in ("250", "521", "500")
        wait_until(lambda: _held(door) == 0)


def test_lmtp_answers_each_recipient_as_soon_as_it_is_stored() -> None:
    with open_door(LIMITS, service=LMTP) as door, SmtpClient(door.port) as client:
        held: list[Future[Stored]] = []
        door.store.held = held
        client.reply()
        client.ask("LHLO client.example")
        client.say("MAIL FROM:<rita@seller.example>", "RCPT TO:<deal1@bcc.example>", "RCPT TO:<deal2@bcc.example>")
        client.say("RCPT TO:<deal1@bcc.example>", "DATA")
        assert [client.reply()[:3] for _ in range(5)] == ["250", "250", "250", "250", "354"]
        client.raw(stuffed(LARGE))
        wait_until(lambda: len(held) == 1)
        door.loop.call_soon_threadsafe(held[0].set_result, Stored(1, is_new=True))
        assert client.reply() == "250 2.0.0 Ok: stored as id1"
        wait_until(lambda: len(held) == 2)
        assert _held(door) > 1_000_000
        door.loop.call_soon_threadsafe(held[1].set_result, Stored(2, is_new=True))
        assert [client.reply()[-3:] for _ in range(2)] == ["id2", "id1"]
        assert _held(door) == 0


def test_replies_to_commands_without_an_end_are_not_kept_back(door: OpenDoor) -> None:
    with SmtpClient(door.port) as client:
        client.hello()
        client.ask("MAIL FROM:<rita@seller.example>")
        known, count = door.directory.recipient, 2 * MOST_UNSENT
        waiting = threading.Event()
        seen = 0

        def recipient(addr_spec: str) -> Any:
            nonlocal seen
            seen += 1
            if seen == count:
                assert waiting.wait(20)
            return known(addr_spec)

        door.directory.recipient = recipient  # type: ignore[method-assign]
        client.raw(b"RCPT TO:<all@bcc.example>\r\n" * (count + 1))
        assert [client.reply()[:3] for _ in range(MOST_UNSENT)] == ["250"] * MOST_UNSENT
        waiting.set()
        assert [client.reply()[:3] for _ in range(MOST_UNSENT + 1)] == ["250"] * (MOST_UNSENT + 1)


@pytest.mark.parametrize("cut", [1, 30, 61])
def test_what_is_given_back_is_what_was_taken(cut: int) -> None:
    room = Room(1000)
    data = MailData(100, room=room, free=0)
    for start in range(0, 62, cut):
        data.feed((b"x" * 60 + b"\r\n")[start : start + cut])
    assert room.held > 0
    data.release()
    data.release()
    assert room.held == 0
