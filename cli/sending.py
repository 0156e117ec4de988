"""The sending side of the worker role: puts together what `outbox.sender` works with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from config.settings import Settings
from db.ids import IdSealer
from db.session import Database
from net.resolver import Resolver
from net.sealed import load_keys
from outbox.claim import Errand
from outbox.return_path import reverse_path
from outbox.route import Route, route_of
from outbox.sender import Sender
from outbox.signing_keys import Signer

END_SECONDS = 20.0
"""How long a mail that got its last dot may take to be answered before we leave it unknown."""


@contextmanager
def sending(settings: Settings, database: Database, resolver: Resolver, stop: threading.Event) -> Iterator[None]:
    """Send beside whatever else is done, until `stop`; nothing where SMARTHOST_URL is off."""
    route = route_of(settings, resolver)
    if route is None:
        yield
        return
    thread = threading.Thread(
        target=make_sender(settings, database, route).run, args=(stop,), name="sender", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(END_SECONDS)


def make_sender(settings: Settings, database: Database, route: Route) -> Sender:
    """Answer a sender with the keys of this installation."""
    keys = load_keys(settings.data_dir)
    sealer = IdSealer(keys.derive("public-ids"))

    def returns_to(errand: Errand) -> str:
        company_id = errand.lease.company_id
        return reverse_path(sealer, company_id, errand.row.id, settings.mail_domain[0], reports=errand.reports)

    signer = Signer(database, keys, settings.mail_domain)
    return Sender(database, route, sign=signer.sign, reverse_path=returns_to)
