"""The operator's port: `/readyz` and `/metrics` (INTERFACE 4), apart from the public one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import urlsplit

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from accounts.companies import list_company_ids
from config.listen import Listen
from db.schema import is_current
from db.session import Database
from outbox.delivery_log import look_at_outbox
from webui.health import look_at_queue
from webui.listening import listens

HANDLER_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Readiness:
    """What has to hold before traffic is sent here."""

    database: Database
    listened: tuple[Listen, ...]

    def faults(self) -> tuple[str, ...]:
        """Answer what is wrong, one line each; nothing where all is well."""
        found = [self._database_fault(), *(f"nobody listens on {one}" for one in self.listened if not listens(one))]
        return tuple(fault for fault in found if fault)

    def _database_fault(self) -> str:
        try:
            return "" if is_current(self.database) else "the database is not at the newest revision"
        except (SQLAlchemyError, OSError):
            return "the database does not answer"


@dataclass(frozen=True, slots=True)
class QueueCollector(Collector):
    """The queue of the whole installation, looked at when it is asked for."""

    database: Database

    def collect(self) -> Iterator[Metric]:
        """Answer how many mails wait for a worker, and how long the oldest has; nothing where the database is away."""
        try:
            with self.database.read() as session:
                now = self.database.now(session)
                waiting, oldest = look_at_queue(session, now)
                sending = [look_at_outbox(session, one, now) for one in list_company_ids(session)]
        except (SQLAlchemyError, OSError):
            return
        yield GaugeMetricFamily("smartbcc_inbound_waiting", "Mails that wait for a worker", value=waiting)
        yield GaugeMetricFamily("smartbcc_inbound_oldest_seconds", "Age of the oldest of them", value=oldest)
        since = min((one.oldest for one in sending if one.oldest), default=now)
        age = (now - since).total_seconds()
        own = "Mails of ours that "
        yield GaugeMetricFamily("smartbcc_outbox_waiting", own + "wait", value=sum(one.waiting for one in sending))
        yield GaugeMetricFamily("smartbcc_outbox_oldest_seconds", "Age of the oldest of them", value=age)
        failed, unknown = sum(one.failed for one in sending), sum(one.unknown for one in sending)
        yield GaugeMetricFamily("smartbcc_outbox_failed", own + "were not delivered in 7 days", value=failed)
        yield GaugeMetricFamily("smartbcc_outbox_unknown", own + "may have arrived, in 7 days", value=unknown)


def serve_metrics(sockets: Iterable[socket.socket], readiness: Readiness) -> None:
    """Answer on these listening sockets from threads of this process; returns at once."""
    REGISTRY.register(QueueCollector(readiness.database))
    for one in sockets:
        server = _MetricsServer(one, readiness)
        threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()


class _MetricsServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listening: socket.socket, readiness: Readiness) -> None:
        super().__init__(("", 0), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.server_address = listening.getsockname()
        self.readiness = readiness


class _Handler(BaseHTTPRequestHandler):
    timeout = HANDLER_SECONDS
    server: _MetricsServer

    def do_GET(self) -> None:
        """Answer one of the two."""
        match urlsplit(self.path).path:
            case "/readyz":
                faults = self.server.readiness.faults()
                status = HTTPStatus.SERVICE_UNAVAILABLE if faults else HTTPStatus.OK
                self._say(status, "text/plain; charset=utf-8", ("\n".join(faults) or "ready") + "\n")
            case "/metrics":
                self._say(HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest().decode())
            case _:
                self._say(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", "not found\n")

    def do_HEAD(self) -> None:
        """Answer as to GET, without the body."""
        self.do_GET()

    def _say(self, status: HTTPStatus, content_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Say nothing: a scrape every few seconds is no news."""
