"""A receiver in a thread of this process, over doubles of directory, proof and store."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import uvloop

from accounts.addresses import AddressKind, Recipient
from accounts.policies import CompanyPolicies
from accounts.senders import SenderState, Standing
from accounts.throttle import Throttled
from accounts.viewer import Role, Viewer
from config.listen import Listen
from ingest.delivery import Delivery, Stored
from ingest.robot import is_robot
from linking.parties import Addressed
from mail.envelope import Envelope
from mail.shape import author, check_shape
from mailauth.results import ArcResult, DmarcResult, Proof, SpfResult, Verdict
from outbox.return_path import Returned
from smtpd.directory import SenderFacts
from smtpd.door import Door
from smtpd.examine import Examined
from smtpd.handler import Handler, Tools
from smtpd.limits import Limits
from smtpd.listening import Listener, close, listen
from smtpd.neighbours import NOBODY, Neighbours
from smtpd.reply import Reply
from smtpd.returned import as_recipient
from smtpd.robot import THE_ROBOT
from smtpd.service import SMTP, Service
from smtpd.serving import serve as serve_door
from smtpd.sessions import Sessions

DOMAIN: Final = "bcc.example"
HOSTNAME: Final = "mx.bcc.example"
APPROVED: Final = "rita@seller.example"
PASSWORD: Final = "abcde-fghjk"
UNAPPROVED: Final = "rita@home.example"
KNOWN: Final = "carl@customer.example"


class PlainDirectory:
    """`all`, `gateway`, `rita` (personal) and `deal1` … `deal200` belong to company 1, `other` to company 2.

    `check` is the robot, `return` a return address of the outbox.
    """

    def __init__(self) -> None:
        self.policies = CompanyPolicies()
        self.forwarding = False
        self.failing: Exception | None = None
        self.trouble: dict[str, datetime] = {}

    def recipient(self, addr_spec: str) -> Recipient | None:
        if self.failing:
            raise self.failing
        local = addr_spec.partition("@")[0].lower()
        if is_robot(addr_spec):
            return THE_ROBOT
        if local == "return":
            return as_recipient(Returned(1, 500), addr_spec)
        if local == "other":
            return _recipient(2, 900, AddressKind.UNIVERSAL, addr_spec)
        if local == "all":
            return _recipient(1, 1, AddressKind.UNIVERSAL, addr_spec)
        if local == "rita":
            found = _recipient(1, 2, AddressKind.PERSONAL, addr_spec, user_id=7)
            return replace(found, forwards_here=self.forwarding)
        if local == "gateway":
            return _recipient(1, 3, AddressKind.GATEWAY, addr_spec)
        if local.startswith("deal") and local[4:].isdigit() and 1 <= int(local[4:]) <= 200:
            return _recipient(1, 100 + int(local[4:]), AddressKind.RECORD, addr_spec)
        return None

    def company_of(self, address_key: str) -> int | None:
        return 1 if address_key == APPROVED else None

    def sender_facts(self, company_id: int, address_key: str, domain: str) -> SenderFacts:
        if self.failing:
            raise self.failing
        state = {APPROVED: SenderState.APPROVED, UNAPPROVED: SenderState.CONFIRMED}.get(address_key)
        standing = Standing(user_id=7, state=state, sender_id=70) if state else None
        return SenderFacts(policies=self.policies, standing=standing, in_trouble=domain in self.trouble)

    def sign_in(self, login: str, password: str, peer: str) -> Viewer | Throttled | None:
        if self.failing:
            raise self.failing
        if password == "often":
            return Throttled(60)
        return Viewer(1, 7, Role.MEMBER) if (login, password) == (APPROVED, PASSWORD) else None

    def forwards_here(self, company_id: int, user_id: int) -> bool:
        return self.forwarding

    def gateway_keeps(self, company_id: int, fields: Addressed) -> bool:
        return any(one.address == KNOWN for one in (*fields.from_, *fields.to, *fields.cc))

    def take_weak(self, company_id: int, address_key: str, now: datetime) -> bool:
        return True

    def note_trouble(self, domain: str, now: datetime) -> timedelta:
        return now - self.trouble.setdefault(domain, now)

    def clear_trouble(self, domain: str) -> None:
        self.trouble.pop(domain, None)


def _recipient(company: int, number: int, kind: AddressKind, address: str, user_id: int | None = None) -> Recipient:
    return Recipient(
        company_id=company, bcc_address_id=number, kind=kind, user_id=user_id, record_id=None, address=address
    )


@dataclass
class MemoryStore:
    """Keeps what it is given; `failing` makes it fail; `held` makes the answer wait."""

    deliveries: list[Delivery] = field(default_factory=list)
    failing: Exception | None = None
    held: list[Future[Stored]] | None = None

    def submit(self, delivery: Delivery) -> Future[Stored]:
        future: Future[Stored] = Future()
        future.set_running_or_notify_cancel()
        if self.failing:
            future.set_exception(self.failing)
            return future
        self.deliveries.append(delivery)
        if self.held is not None:
            self.held.append(future)
        else:
            future.set_result(Stored(len(self.deliveries), is_new=True))
        return future


def examined_as(verdict: Verdict = Verdict.PROVED, **parts: object) -> Callable[[bytes, Envelope, datetime], Examined]:
    """Answer an examiner that finds this verdict in every mail of good shape."""

    def examine(raw: bytes, envelope: Envelope, now: datetime) -> Examined:
        proof = a_proof(verdict, from_address=author(raw), **parts)
        return Examined(check_shape(raw), proof)

    return examine


def a_proof(verdict: Verdict = Verdict.PROVED, **parts: object) -> Proof:
    """Answer a proof with this verdict and nothing found but what `parts` say."""
    values: dict[str, object] = {
        "from_address": APPROVED,
        "spf": SpfResult(result="none", domain="", counts=False, reason=""),
        "dkim": (),
        "dmarc": DmarcResult(result="none", policy="", domain=""),
        "arc": ArcResult(),
        "sentence": "",
        **parts,
    }
    return Proof(verdict=verdict, **values)  # type: ignore[arg-type]


@dataclass
class OpenDoor:
    """A running receiver and its doubles; `examine` may be replaced while it runs."""

    port: int
    directory: PlainDirectory
    store: MemoryStore
    examine: Callable[[bytes, Envelope, datetime], Examined]
    loop: asyncio.AbstractEventLoop
    stop: Callable[[], None]
    door: Door
    answered: list[tuple[int, Reply]]


@contextmanager
def open_door(
    limits: Limits,
    *,
    service: Service = SMTP,
    tls_context: ssl.SSLContext | None = None,
    neighbours: Neighbours = NOBODY,
    event_loop: str = "uvloop",
) -> Iterator[OpenDoor]:
    """Serve on a free port of loopback until the block ends."""
    listeners = listen([Listen("127.0.0.1", 0)], service)
    ready = threading.Event()
    opened: list[OpenDoor] = []

    async def serve() -> None:
        running = _opened(limits, port_of(listeners[0]), tls_context)
        running.door.neighbours = neighbours
        opened.append(running)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        running.stop = lambda: loop.call_soon_threadsafe(stop.set)  # type: ignore[assignment]
        try:
            await serve_door(running.door, listeners, stop, ready.set)
        finally:
            running.door.handler.close()

    factory = uvloop.new_event_loop if event_loop == "uvloop" else asyncio.SelectorEventLoop
    thread = threading.Thread(target=lambda: asyncio.run(serve(), loop_factory=factory), daemon=True)
    thread.start()
    if not ready.wait(10):
        raise TimeoutError("the receiver does not start")
    try:
        yield opened[0]
    finally:
        opened[0].stop()
        thread.join(20)
        # A loop that ends at once may leave the socket that it was given open.
        close(listeners)


def port_of(listener: Listener) -> int:
    """Answer the port that a socket is bound to."""
    port: int = listener.socket.getsockname()[1]
    return port


def _opened(limits: Limits, port: int, tls_context: ssl.SSLContext | None) -> OpenDoor:
    directory, store = PlainDirectory(), MemoryStore()
    answered: list[tuple[int, Reply]] = []
    running: OpenDoor
    tools = Tools(
        directory=directory,
        examine=lambda raw, envelope, now, _hashes: running.examine(raw, envelope, now),
        examine_known=lambda _raw, _envelope, _now, _hashes: None,
        submit=store.submit,
        seal=lambda number: f"id{number}",
        is_our_id=lambda text: text == "a" * 26,
        now=lambda: datetime.now(UTC),
        refused=lambda company_id, _day, reply: answered.append((company_id, reply)),
    )
    handler = Handler(tools, unknown_recipients=limits.unknown_recipients, reply_seconds=limits.reply_seconds)
    door = Door(handler, Sessions(limits), HOSTNAME, frozenset({DOMAIN}), tls_context)
    running = OpenDoor(port, directory, store, examined_as(), door.loop, lambda: None, door, answered)
    return running
