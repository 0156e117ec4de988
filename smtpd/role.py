"""The role `smtpd`: listens, serves, and stops without losing a mail under way."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import structlog
import uvloop

from config.settings import Settings
from db.checkpoint import Checkpointer
from db.ids import IdSealer
from db.raw import RawStore
from db.session import open_database
from db.wake import Waker
from ingest.store import Store
from mail.address import domain_of
from mailauth.trust import trust_of
from net.resolver import DnsResolver
from net.sealed import load_keys
from smtpd.directory import Directory
from smtpd.examiner import Examiner
from smtpd.handler import Handler, Tools
from smtpd.limits import limits_of
from smtpd.refusals import Refusals
from smtpd.server import Receiver
from smtpd.sessions import Sessions

BACKLOG: Final = 1024
GRACE_SECONDS: Final = 20
"""How long mails under way may still take after the signal to stop; a sender cut off has no 250 and comes again."""
INBOUND: Final = "inbound"
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Door:
    """What the sessions of one process share; `tls_context` None offers no STARTTLS."""

    handler: Handler
    sessions: Sessions
    hostname: str
    domains: frozenset[str]
    tls_context: ssl.SSLContext | None = None
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def receiver(self) -> Receiver:
        """Make the protocol of one connection."""
        receiver = Receiver(
            self.handler, self.sessions, hostname=self.hostname, tls_context=self.tls_context, loop=self.loop
        )
        receiver.domains = self.domains
        return receiver

    async def serve(self, sockets: Sequence[socket.socket], stop: asyncio.Event, ready: Callable[[], None]) -> None:
        """Serve until `stop`; then refuse new connections, end idle ones, let mails under way end."""
        servers = [await self.loop.create_server(self.receiver, sock=one, backlog=BACKLOG) for one in sockets]
        log.info("listening", addresses=[_shown(one) for one in sockets])
        ready()
        await stop.wait()
        for server in servers:
            server.close()
        self.sessions.retire()
        ends_at = self.loop.time() + GRACE_SECONDS
        while len(self.sessions) and self.loop.time() < ends_at:
            await asyncio.sleep(0.02)
        log.info("stopped", cut_off=len(self.sessions))


def listen(addresses: Sequence[str]) -> list[socket.socket]:
    """Open sockets on `host:port`; several processes may share a port. Raises OSError."""
    sockets: list[socket.socket] = []
    try:
        for address in addresses:
            host, _, port = address.rpartition(":")
            sockets.append(_listen(host.strip("[]"), int(port)))
    except OSError:
        for one in sockets:
            one.close()
        raise
    return sockets


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without IPPROTO_TCP asyncio leaves TCP_NODELAY off, which costs 40 ms an EHLO.
    one = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind((host, port))
        one.setblocking(False)
    except OSError:
        one.close()
        raise
    return one


def tls_context_of(settings: Settings) -> ssl.SSLContext | None:
    """Load the certificate; None where there is none. Raises OSError or ssl.SSLError."""
    if not settings.tls_cert:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.tls_cert, settings.tls_key)
    return context


def run_receiver(
    settings: Settings,
    *,
    ready: Callable[[], None] | None = None,
    sockets: Sequence[socket.socket] | None = None,
) -> None:
    """Receive mail until SIGTERM or SIGINT; SIGHUP loads the certificate anew. Blocks.

    `ready` is called when the port takes connections. `sockets` are listened on in place of SMTP_LISTEN.
    """
    given = list(sockets) if sockets is not None else listen(settings.smtp_listen)
    uvloop.run(_run(settings, given, ready or _nothing))


async def _run(settings: Settings, sockets: Sequence[socket.socket], ready: Callable[[], None]) -> None:
    limits = limits_of(settings)
    with ExitStack() as stack:
        tools = make_tools(settings, stack)
        handler = Handler(tools, unknown_recipients=limits.unknown_recipients, reply_seconds=limits.reply_seconds)
        stack.callback(handler.close)
        door = Door(
            handler=handler,
            sessions=Sessions(limits),
            hostname=settings.own_name,
            domains=frozenset(domain_of(f"x@{domain}") for domain in settings.mail_domain),
            tls_context=tls_context_of(settings),
        )
        stop = asyncio.Event()
        _install_signals(door, settings, stop)
        await door.serve(sockets, stop, ready)


def make_tools(settings: Settings, stack: ExitStack) -> Tools:
    """Open what the handler works with; the stack closes it."""
    sealer = IdSealer(load_keys(settings.data_dir).derive("public-ids"))
    database = open_database(settings, autocheckpoint=False)
    stack.callback(database.close)
    checkpointer = Checkpointer(database)
    checkpointer.start()
    stack.callback(checkpointer.close)
    store = Store(database, RawStore(database, settings.data_dir), Waker(settings))
    stack.callback(store.close)
    examiner = Examiner(DnsResolver(settings.dns_servers), trust_of(settings))
    refusals = Refusals(database)
    refusals.start()
    stack.callback(refusals.close)
    return Tools(
        directory=Directory(database),
        examine=examiner.examine,
        examine_known=examiner.examine_known,
        submit=store.submit,
        seal=lambda inbound_id: sealer.seal(INBOUND, inbound_id),
        is_our_id=lambda text: sealer.unseal(INBOUND, text) is not None,
        now=lambda: datetime.now(UTC),
        refused=refusals.note,
    )


def _install_signals(door: Door, settings: Settings, stop: asyncio.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        door.loop.add_signal_handler(number, stop.set)
    door.loop.add_signal_handler(signal.SIGHUP, _reload_certificate, door, settings)


def _reload_certificate(door: Door, settings: Settings) -> None:
    try:
        door.tls_context = tls_context_of(settings)
    except OSError as error:
        log.error("certificate not loaded, the old one stays", error=type(error).__name__)


def _shown(one: socket.socket) -> str:
    host, port = one.getsockname()[:2]
    return f"{host}:{port}"


def _nothing() -> None:
    return None
