"""The web application of a Site behind a real socket, in a thread: quick, and the database is at hand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from config.settings import Settings
from db.session import open_database
from tests.kit.http import Person, Site, open_site


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: a test reads answers."""


class Served:
    """Answers on `base_url` until it is closed."""

    def __init__(self, site: Site, port: int = 0) -> None:
        self.site = site
        self._server = make_server("127.0.0.1", port, site.app, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.base_url = f"http://127.0.0.1:{self._server.port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def cookie(self, person: Person) -> dict[str, Any]:
        """Answer the cookie of a browser in which this person is signed in."""
        name, value = person.cookie()
        return {"name": name, "value": value, "url": self.base_url}


@contextmanager
def serve(settings: Settings, port: int = 0) -> Iterator[Served]:
    """Serve a migrated database; at a port that was chosen before where its settings have to name it."""
    with (
        closing(open_database(settings)) as database,
        closing(open_site(settings, database)) as site,
        closing(Served(site, port)) as served,
    ):
        yield served
