"""The worker role: puts together what `ingest.worker` works with, and stops on SIGTERM."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from cli.sending import sending
from cli.webhooks import sending_webhooks
from config.settings import Settings
from db.checkpoint import Checkpointer
from db.ids import IdSealer
from db.raw import RawStore
from db.session import Database, open_database
from db.wake import Listener
from ingest.applying import apply
from ingest.authenticate import Tools
from ingest.domain_watch import watch_domains
from ingest.importing import run_imports
from ingest.inbound import Inbound
from ingest.measuring import watch_measures
from ingest.plan import Plan
from ingest.replay import Replayer
from ingest.replay_worker import run_replays
from ingest.retention import keep_house
from ingest.robot import think
from ingest.scanning import run_scanning
from ingest.worker import Worker
from linking.reference_tag import read_tags
from mail.envelope import Envelope
from mailauth.results import Proof
from mailauth.trust import Trust, trust_of
from mailauth.verdict import authenticate
from net.resolver import DnsResolver, Resolver
from net.scanner import scanner_at
from net.sealed import load_keys
from outbox.dns_watch import watch_dns
from outbox.letterhead import Letterhead, letterhead_of
from outbox.return_path import read_return_path


def tools_of(resolver: Resolver, trust: Trust, sealer: IdSealer | None = None) -> Tools:
    """Answer what thinking needs of the world outside; without a sealer no return address is known."""

    def judge(raw: bytes, envelope: Envelope, *, now: datetime) -> Proof:
        return authenticate(raw, envelope, resolver, now=now, trust=trust)

    if sealer is None:
        return Tools(judge)
    return Tools(judge, partial(read_return_path, sealer), partial(read_tags, sealer))


@dataclass(frozen=True, slots=True)
class Thinker:
    """Thinks over a read snapshot, writes in the transaction it is given."""

    database: Database
    tools: Tools
    letterhead: Letterhead

    def think(self, inbound: Inbound) -> Plan:
        """Decide about one mail, but for what the writing settles."""
        with self.database.read() as session:
            return think(session, inbound, self.tools)

    def write(self, plan: Plan, session: Session) -> None:
        """Write what was decided, and the notices of it."""
        apply(plan, session, self.database.now(session), self.letterhead)


def run_worker(settings: Settings, *, ready: Callable[[], None] | None = None) -> None:
    """Claim, think, write, until SIGTERM or SIGINT; a batch begun is finished. Keeps house and sends beside it."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as stack:
        database = open_database(settings, autocheckpoint=False)
        stack.callback(database.close)
        checkpointer = Checkpointer(database)
        checkpointer.start()
        stack.callback(checkpointer.close)
        listener = Listener(settings)
        stack.callback(listener.close)
        raw = RawStore(database, settings.data_dir)
        letterhead = letterhead_of(settings)
        threading.Thread(target=keep_house, args=(database, raw, stop, letterhead), name="house", daemon=True).start()
        sealer = IdSealer(load_keys(settings.data_dir).derive("public-ids"))
        resolver = DnsResolver(settings.dns_servers)
        threading.Thread(target=watch_domains, args=(database, resolver, stop), name="domains", daemon=True).start()
        threading.Thread(target=watch_dns, args=(database, resolver, settings, stop), name="dns", daemon=True).start()
        measures = (database, settings.data_dir, stop)
        threading.Thread(target=watch_measures, args=measures, name="measures", daemon=True).start()
        imports = (database, settings.mail_domain[0], stop)
        threading.Thread(target=run_imports, args=imports, name="imports", daemon=True).start()
        stack.enter_context(sending(settings, database, resolver, stop))
        stack.enter_context(sending_webhooks(settings, database, resolver, stop))
        tools = tools_of(resolver, trust_of(settings), sealer)
        replayer = Replayer(database, raw, tools)
        threading.Thread(target=run_replays, args=(replayer, stop), name="replays", daemon=True).start()
        if settings.scanner_url:
            scanner = scanner_at(settings.scanner_url)
            threading.Thread(
                target=run_scanning, args=(database, raw, scanner, stop), name="scanning", daemon=True
            ).start()
        thinker = Thinker(database, tools, letterhead)
        worker = Worker(database, raw, thinker.think, thinker.write, wait=listener.wait)
        if ready:
            ready()
        worker.run(stop)
