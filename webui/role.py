"""The web role: gunicorn with threads on the public port, and the operator's port beside it."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import Flask
from gunicorn.app.base import BaseApplication

from config.listen import Listen
from config.settings import Settings
from db.raw import RawStore
from db.session import Database, open_database
from net.sealed import load_keys
from webui.app import create_app
from webui.images import PLACES
from webui.listening import listen
from webui.metrics import Readiness, serve_metrics
from webui.previewer import WAITING

THREADS: Final = 12
GRACE_SECONDS: Final = 20
"""Less than the supervisor waits before it kills."""
TIMEOUT_SECONDS: Final = 60
COLLECT_AFTER: Final = (10_000, 20, 100)
"""New objects before the youngest are looked through, and how often that before the older ones are."""


def open_app(settings: Settings) -> tuple[Flask, Database]:
    """Open the data and build the application on it; the schema has to be current already."""
    keys = load_keys(settings.data_dir)
    database = open_database(settings, pool=THREADS)
    return create_app(settings, database, RawStore(database, settings.data_dir), keys), database


def run_web(settings: Settings, *, ready: Callable[[], None] | None = None, probed: Sequence[Listen] = ()) -> None:
    """Serve until SIGTERM, then finish what is under way; may be called in a forked child.

    `ready` is called once the sockets listen. `probed` are addresses of other roles of this
    process group that `/readyz` asks for too.
    """
    metrics = [listen(one) for one in settings.metrics_listeners]
    try:
        _Server(settings, metrics, ready, tuple(probed)).run()
    except SystemExit as ending:
        if ending.code:
            raise
    finally:
        for one in metrics:
            one.close()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, configured from Settings alone: no command line, no file, no control socket."""

    def __init__(
        self,
        settings: Settings,
        metrics: list[socket.socket],
        ready: Callable[[], None] | None,
        probed: tuple[Listen, ...],
    ) -> None:
        self._settings = settings
        self._metrics = metrics
        self._ready = ready
        self._probed = probed
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its options."""
        for name, value in self._options().items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the application in the worker: nothing of a database may cross a fork."""
        app, database = open_app(self._settings)
        serve_metrics(self._metrics, Readiness(database, (*self._settings.web_listeners, *self._probed)))
        _keep_the_collector_short()
        return app

    def _options(self) -> dict[str, Any]:
        return {
            "bind": list(self._settings.web_listen),
            "workers": 1,
            "worker_class": "gthread",
            # A slow host of somebody's pictures and a file that takes long to draw keep no thread from the pages, and
            # no connection either.
            "threads": THREADS + PLACES + WAITING,
            "timeout": TIMEOUT_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": 5,
            "loglevel": "warning",
            "proc_name": "smartbcc-web",
            "control_socket_disable": True,
            "forwarded_allow_ips": "",
            "when_ready": self._say_ready,
        }

    def _say_ready(self, arbiter: object) -> None:
        if self._ready:
            self._ready()


def _keep_the_collector_short() -> None:
    """Let it pass over what stays for the life of the process: to look at all of that takes longer than a page."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
