"""The webhooks of the worker role: puts together what `outbox.webhook_sender` works with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from config.settings import Settings
from db.ids import IdSealer
from db.session import Database
from ingest.spreading import spread
from ingest.told_by_webhook import told
from net.guard import Guard
from net.post import Poster
from net.resolver import Resolver
from net.sealed import load_keys
from outbox.letterhead import letterhead_of
from outbox.webhook_sender import WebhookSender, WebhookTools

END_SECONDS: Final = 10.0
"""How long a delivery that has begun may take before we leave it to be sent again."""


@contextmanager
def sending_webhooks(
    settings: Settings, database: Database, resolver: Resolver, stop: threading.Event
) -> Iterator[None]:
    """Send webhooks beside whatever else is done, until `stop`."""
    sender = make_webhook_sender(settings, database, resolver)
    thread = threading.Thread(target=sender.run, args=(stop,), name="webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(END_SECONDS)


def make_webhook_sender(settings: Settings, database: Database, resolver: Resolver) -> WebhookSender:
    """Answer a sender with the keys of this installation."""
    keys = load_keys(settings.data_dir)
    sealer = IdSealer(keys.derive("public-ids"))
    tools = WebhookTools(
        spread=partial(spread, database, sealer),
        told=lambda session, viewer, kind, about: told(session, sealer, viewer, kind, about),
        poster=Poster(Guard(resolver, settings.opened_networks)),
        keys=keys,
        sealer=sealer,
        letterhead=letterhead_of(settings),
    )
    return WebhookSender(database, tools)
