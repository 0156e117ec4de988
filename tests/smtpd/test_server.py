"""What a dialogue cannot show: packets, vanished clients, stopping, large mails, both event loops."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP

from accounts.addresses import Recipient
from ingest.delivery import Stored
from mailauth.results import Verdict
from smtpd.limits import Limits
from smtpd.server import Receiver
from tests.kit.certificate import server_context
from tests.kit.door import OpenDoor, examined_as, open_door
from tests.kit.mails import a_message
from tests.kit.smtp_client import SmtpClient, stuffed
from tests.kit.waiting import wait_until

LIMITS = Limits(message_octets=5_000_000, linger_seconds=0.3)


def begin_data(client: SmtpClient) -> None:
    """Say everything up to DATA."""
    client.hello()
    client.say("MAIL FROM:<rita@seller.example>", "RCPT TO:<all@bcc.example>", "DATA")
    assert [client.reply()[:3] for _ in range(3)] == ["250", "250", "354"]


@pytest.fixture(params=["uvloop", "asyncio"])
def door(request: pytest.FixtureRequest) -> Iterator[OpenDoor]:
    with open_door(LIMITS, event_loop=request.param) as opened:
        yield opened


def test_it_is_aiosmtpds_server_and_every_verb_of_it_is_ours() -> None:
    assert issubclass(Receiver, SMTP)
    verbs = [name for name in dir(SMTP) if name.startswith("smtp_")]
    assert [verb for verb in verbs if getattr(Receiver, verb) is getattr(SMTP, verb)] == []


def test_one_octet_a_packet_gives_the_same_mail(door: OpenDoor) -> None:
    raw = a_message(text="one\n.two\n..three\n")
    with SmtpClient(door.port) as client:
        client.hello()
        for line in (b"MAIL FROM:<rita@seller.example>\r\n", b"RCPT TO:<all@bcc.example>\r\n", b"DATA\r\n"):
            for octet in line:
                client.raw(bytes([octet]))
            client.reply()
        for octet in stuffed(raw):
            client.raw(bytes([octet]))
        assert client.reply().startswith("250 2.0.0 Ok: stored as")
    assert door.store.deliveries[0].raw == raw


def test_the_bytes_are_kept_exactly(door: OpenDoor) -> None:
    raw = a_message(text="x" * 60_000) + b"..\r\n.\xff\x80\r\n" * 1000 + b"end without dots\r\n"
    with SmtpClient(door.port) as client:
        client.hello()
        assert client.send_mail(raw, "all@bcc.example", "rita@bcc.example").startswith("250")
    delivery = door.store.deliveries[0]
    assert delivery.raw == raw
    assert delivery.company_id == 1
    assert delivery.origin == "smtp"
    assert delivery.envelope.forward_paths == ("all@bcc.example", "rita@bcc.example")
    assert delivery.envelope.reverse_path == "rita@seller.example"
    assert delivery.envelope.helo == "client.example"
    assert delivery.envelope.peer == "127.0.0.1"
    assert delivery.proof is not None


def test_a_client_that_goes_away_before_the_dot_leaves_nothing(door: OpenDoor) -> None:
    with SmtpClient(door.port) as client:
        client.hello()
        client.say("MAIL FROM:<rita@seller.example>", "RCPT TO:<all@bcc.example>", "DATA")
        client.raw(a_message())
    wait_until(lambda: len(door.door.sessions) == 0)
    assert door.store.deliveries == []


@pytest.mark.parametrize("abruptly", [True, False], ids=["reset", "closed"])
def test_a_client_that_goes_away_after_the_dot_cancels_nothing(door: OpenDoor, abruptly: bool) -> None:
    door.store.held = held = []
    with SmtpClient(door.port) as client:
        begin_data(client)
        client.raw(stuffed(a_message()))
        wait_until(lambda: bool(held))
        if abruptly:
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if abruptly:
        wait_until(lambda: len(door.door.sessions) == 0)
    assert not held[0].cancelled()
    door.loop.call_soon_threadsafe(held[0].set_result, Stored(1, is_new=True))
    wait_until(lambda: len(door.door.sessions) == 0)


def test_a_client_that_only_closes_its_own_side_hears_the_reply(door: OpenDoor) -> None:
    with SmtpClient(door.port) as client:
        begin_data(client)
        client.raw(stuffed(a_message()))
        client.socket.shutdown(socket.SHUT_WR)
        assert client.reply().startswith("250 2.0.0")
        assert client.is_closed()


def test_a_refusal_in_mid_mail_reaches_a_client_that_goes_on_sending(door: OpenDoor) -> None:
    with SmtpClient(door.port) as client:
        begin_data(client)
        client.raw(b"Subject: x\n" + b"y" * 500_000)
        client.raw(b"z" * 500_000)
        assert client.reply() == "521 5.5.2 Lines end with CR LF"
        assert client.is_closed()


def test_commands_are_read_ahead_only_so_far(door: OpenDoor) -> None:
    door.store.held = held = []
    with SmtpClient(door.port) as client:
        begin_data(client)
        client.raw(stuffed(a_message()))
        wait_until(lambda: bool(held))
        client.socket.settimeout(0.5)
        with pytest.raises(TimeoutError):
            client.raw(b"RSET\r\n" * 10_000_000)
        door.loop.call_soon_threadsafe(held[0].set_result, Stored(1, is_new=True))


@contextmanager
def _held_port(port: int) -> Iterator[None]:
    """Keep a port that we stop listening on from other programs, which would answer in our place."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", port))
        yield


def test_stopping_ends_idle_sessions_and_waits_for_a_mail_under_way(door: OpenDoor) -> None:
    with SmtpClient(door.port) as idle, SmtpClient(door.port) as busy, _held_port(door.port):
        idle.hello()
        begin_data(busy)
        door.stop()
        assert idle.reply() == "421 4.3.2 Shutting down, try again soon"
        assert idle.is_closed()
        busy.raw(stuffed(a_message()))
        assert busy.reply().startswith("250 2.0.0 Ok: stored as")
        assert busy.reply() == "421 4.3.2 Shutting down, try again soon"
        with pytest.raises(OSError, match="refused"):
            SmtpClient(door.port)


def test_trouble_of_a_domain_defers_for_four_hours_then_holds(door: OpenDoor) -> None:
    door.examine = examined_as(Verdict.DEFERRED)
    with SmtpClient(door.port) as client:
        client.hello()
        assert client.send_mail(a_message(), "all@bcc.example").startswith("451 4.7.5")
        door.directory.trouble["seller.example"] = datetime.now(UTC) - timedelta(hours=4, minutes=1)
        assert client.send_mail(a_message(), "all@bcc.example").startswith("250")
        assert door.store.deliveries[0].proof is not None
        assert door.store.deliveries[0].proof.publishes_nothing
        door.examine = examined_as(Verdict.PROVED)
        assert client.send_mail(a_message(), "all@bcc.example").startswith("250")
    assert door.directory.trouble == {}


def test_an_examiner_that_raises_is_451(door: OpenDoor) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    door.examine = broken  # type: ignore[assignment]
    with SmtpClient(door.port) as client:
        client.hello()
        assert client.send_mail(a_message(), "all@bcc.example") == "451 4.3.0 Trouble here, try again later"
        assert client.ask("NOOP") == "250 2.0.0 Ok"


def test_slow_checks_do_not_hold_up_other_sessions(door: OpenDoor) -> None:
    released = threading.Event()
    fast = door.examine

    def slow(raw: bytes, envelope: object, now: object) -> object:
        assert released.wait(30)
        return fast(raw, envelope, now)  # type: ignore[arg-type]

    door.examine = slow  # type: ignore[assignment]
    with SmtpClient(door.port) as first, SmtpClient(door.port) as second:
        first.hello()
        first.say("MAIL FROM:<rita@seller.example>", "RCPT TO:<all@bcc.example>", "DATA")
        for _ in range(3):
            first.reply()
        first.raw(stuffed(a_message()))
        second.hello()
        assert second.ask("NOOP") == "250 2.0.0 Ok"
        assert len(door.door.sessions) == 2
        released.set()
        assert first.reply().startswith("250")


def test_a_database_that_says_nothing_is_451_in_time() -> None:
    answered = threading.Event()
    with open_door(Limits(reply_seconds=0.2)) as door, SmtpClient(door.port) as client:
        known = door.directory.recipient

        def silent(addr_spec: str) -> Recipient | None:
            answered.wait(10)
            return known(addr_spec)

        door.directory.recipient = silent  # type: ignore[method-assign]
        client.hello()
        client.ask("MAIL FROM:<rita@seller.example>")
        assert client.ask("RCPT TO:<all@bcc.example>") == "451 4.3.0 Trouble here, try again later"
        answered.set()
        assert client.ask("RCPT TO:<all@bcc.example>") == "250 2.1.5 Ok"


def test_a_handshake_that_fails_ends_the_session(door: OpenDoor, tmp_path: Path) -> None:
    door.door.tls_context = server_context(tmp_path)
    with SmtpClient(door.port) as client:
        client.hello()
        assert client.ask("STARTTLS").startswith("220")
        client.raw(b"this is no handshake\r\n" * 10)
        while client.socket.recv(4096):
            pass
    wait_until(lambda: len(door.door.sessions) == 0)


def test_what_a_client_that_went_away_in_mid_command_asked_before_is_answered(door: OpenDoor) -> None:
    with SmtpClient(door.port) as client:
        client.hello()
        client.raw(b"NOOP\r\nRSET\r\nNOO")
        client.socket.shutdown(socket.SHUT_WR)
        assert client.reply() == "250 2.0.0 Ok"
        assert client.reply() == "250 2.0.0 Ok: forgotten"
        assert client.is_closed()


def test_a_busy_session_ends_too() -> None:
    with open_door(Limits(session_seconds=0.3, linger_seconds=0.1)) as door, SmtpClient(door.port) as client:
        client.hello()
        client.ask("MAIL FROM:<rita@seller.example>")
        said = ""
        while said[:3] in ("", "250"):
            said = client.ask("RCPT TO:<all@bcc.example>")
        assert said == "421 4.4.2 You took too long"
