"""The role `smtpd`: what it works with, made from the settings; sockets, signals, one event loop."""

from __future__ import annotations

import asyncio
import resource
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Final

import uvloop

from config.listen import IMPLICIT_TLS_PORT
from config.settings import Settings
from db.checkpoint import Checkpointer
from db.ids import IdSealer
from db.raw import RawStore
from db.session import Database, open_database
from db.wake import Waker
from ingest.noticing_door import DoorNotices
from ingest.store import Store
from mail.address import domain_of
from mailauth.trust import trust_of
from net.resolver import DnsResolver
from net.sealed import load_keys
from outbox.letterhead import letterhead_of
from outbox.return_path import find_returned
from smtpd.certificate import reload_certificate, tls_context_of
from smtpd.directory import Directory
from smtpd.door import Door
from smtpd.examiner import Examiner
from smtpd.handler import Handler, Tools
from smtpd.limits import limits_of
from smtpd.listening import Listener, listen
from smtpd.neighbours import neighbours_of
from smtpd.refusals import Refusals
from smtpd.service import LMTP, SMTP, SUBMISSION, SUBMISSIONS
from smtpd.serving import serve
from smtpd.sessions import Sessions
from smtpd.vouching import Vouching

DESCRIPTORS_EACH: Final = 2
"""Of a session; the second is room for database, DNS, and those who are let in beyond the limit."""
INBOUND: Final = "inbound"


def _nothing() -> None:
    return None


def run_receiver(
    settings: Settings, *, ready: Callable[[], None] = _nothing, inherited: Sequence[Listener] = ()
) -> None:
    """Receive mail until SIGTERM or SIGINT; SIGHUP loads the certificate anew. Blocks.

    `ready` is called when the ports take connections. `inherited` are listened on besides SMTP_LISTEN and the rest:
    `shared_listeners` of a parent whose children are the receivers.
    """
    listeners = [*listeners_of(settings), *(inherited or shared_listeners(settings))]
    uvloop.run(_run(settings, listeners, ready))


def listeners_of(settings: Settings) -> list[Listener]:
    """Open the ports, which every process opens for itself. Raises OSError."""
    lmtp = [place for place in settings.lmtp_listeners if not place.path]
    implicit = [place for place in settings.submission_listeners if place.port == IMPLICIT_TLS_PORT]
    explicit = [place for place in settings.submission_listeners if place.port != IMPLICIT_TLS_PORT]
    return [
        *listen(settings.smtp_listeners, SMTP),
        *listen(lmtp, LMTP),
        *listen(explicit, SUBMISSION),
        *listen(implicit, SUBMISSIONS),
    ]


def shared_listeners(settings: Settings) -> list[Listener]:
    """Open the UNIX sockets, of which there is one for all processes. Raises OSError."""
    return listen([place for place in settings.lmtp_listeners if place.path], LMTP)


def _allow_descriptors(wanted: int) -> None:
    """Let this process have so many files and sockets open, where the system lets it."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        wanted = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


async def _run(settings: Settings, listeners: Sequence[Listener], ready: Callable[[], None]) -> None:
    limits = limits_of(settings)
    _allow_descriptors(DESCRIPTORS_EACH * limits.connections)
    with ExitStack() as stack:
        database = open_for_receiver(settings, stack)
        tools = make_tools(settings, database, stack)
        handler = Handler(tools, unknown_recipients=limits.unknown_recipients, reply_seconds=limits.reply_seconds)
        stack.callback(handler.close)
        door = Door(
            handler=handler,
            sessions=Sessions(limits),
            hostname=settings.own_name,
            domains=frozenset(domain_of(f"x@{domain}") for domain in settings.mail_domain),
            tls_context=tls_context_of(settings),
            neighbours=neighbours_of(settings),
        )
        stop = asyncio.Event()
        _install_signals(door, settings, stop)
        vouching = Vouching(database, door.sessions.networks)
        sharing = asyncio.create_task(vouching.run())
        try:
            await serve(door, listeners, stop, ready)
        finally:
            sharing.cancel()
            await vouching.share()


def open_for_receiver(settings: Settings, stack: ExitStack) -> Database:
    """Open the database, with checkpoints by a thread of their own; the stack closes both."""
    database = open_database(settings, autocheckpoint=False)
    stack.callback(database.close)
    checkpointer = Checkpointer(database)
    checkpointer.start()
    stack.callback(checkpointer.close)
    return database


def make_tools(settings: Settings, database: Database, stack: ExitStack) -> Tools:
    """Make what the handler works with; the stack closes it."""
    sealer = IdSealer(load_keys(settings.data_dir).derive("public-ids"))
    store = Store(database, RawStore(database, settings.data_dir), Waker(settings))
    stack.callback(store.close)
    examiner = Examiner(DnsResolver(settings.dns_servers), trust_of(settings))
    refusals = Refusals(database)
    refusals.start()
    stack.callback(refusals.close)
    notices = DoorNotices(database, letterhead_of(settings))
    notices.start()
    stack.callback(notices.close)
    return Tools(
        directory=Directory(database, lambda session, path: find_returned(session, sealer, path)),
        examine=examiner.examine,
        examine_known=examiner.examine_known,
        submit=store.submit,
        seal=lambda inbound_id: sealer.seal(INBOUND, inbound_id),
        is_our_id=lambda text: sealer.unseal(INBOUND, text) is not None,
        now=lambda: datetime.now(UTC),
        refused=refusals.note,
        turned_away=notices.note,
    )


def _install_signals(door: Door, settings: Settings, stop: asyncio.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        door.loop.add_signal_handler(number, stop.set)
    door.loop.add_signal_handler(signal.SIGHUP, reload_certificate, door, settings)
