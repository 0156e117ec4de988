"""What the pages and the API stand on: settings, database, raw bytes, keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from flask import Flask, current_app

from config.settings import Settings
from db.ids import IdSealer
from db.raw import RawStore
from db.session import Database
from db.wake import Waker
from ingest.replay import Replayer
from net.sealed import Keys
from webui.cache import Cache
from webui.recent import Recent

NAME: Final = "smartbcc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """One for an application; safe to share between threads."""

    settings: Settings
    database: Database
    raw: RawStore
    keys: Keys
    sealer: IdSealer
    waker: Waker
    replayer: Replayer
    texts: Cache[str] = field(default_factory=Cache)
    unchanged: Recent = field(default_factory=Recent)
    """By company, viewer and fingerprint: what was last in the company when the fingerprint was still true."""

    @property
    def is_https(self) -> bool:
        """Whether browsers reach us over TLS, so that cookies may insist on it."""
        return self.settings.base_url.lower().startswith("https://")


def attach(app: Flask, backend: Backend) -> None:
    """Hang the backend on its application."""
    app.extensions[NAME] = backend


def backend() -> Backend:
    """Answer the backend of the application that serves this request."""
    found: Backend = current_app.extensions[NAME]
    return found
