"""The web role as a process: two ports, readiness, a calm end (INTERFACE 4)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from config.listen import parse_listen
from config.settings import Settings
from tests.kit.running import ROOT, free_port, wait_for
from webui.images import PLACES
from webui.listening import listen, listens
from webui.previewer import WAITING
from webui.role import THREADS, _Server

RUN = """
import os
from config.settings import load
from webui.role import run_web
run_web(load(os.environ), ready=lambda: print("ready", flush=True))
"""


@dataclass(frozen=True, slots=True)
class Web:
    """A running web role."""

    process: subprocess.Popen[str]
    web: int
    metrics: int

    def get(self, port: int, path: str) -> tuple[int, str]:
        """Answer status and text; 0 where nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()
        except OSError:
            return 0, ""


@contextmanager
def running(settings: Settings) -> Iterator[Web]:
    """Run the role on free ports."""
    web, metrics = free_port(), free_port()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SMARTBCC_")} | {
        "SMARTBCC_DATA_DIR": str(settings.data_dir),
        "SMARTBCC_DATABASE_URL": settings.database_url,
        "SMARTBCC_WEB_LISTEN": f"127.0.0.1:{web}",
        "SMARTBCC_METRICS_LISTEN": f"127.0.0.1:{metrics}",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", RUN], env=environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield Web(process, web, metrics)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_it_serves_two_ports_and_ends_on_sigterm(database_settings: Settings) -> None:
    with running(database_settings) as web:
        assert wait_for(lambda: web.get(web.web, "/healthz")[0] or None, "the web port") == 200
        assert web.get(web.web, "/login")[0] == 200
        assert web.get(web.metrics, "/readyz") == (200, "ready\n")
        assert (
            'smartbcc_http_requests_total{method="GET",route="/login",status="2xx"} 1.0'
            in web.get(web.metrics, "/metrics")[1]
        )
        for queue in ("inbound", "outbox"):
            assert f"smartbcc_{queue}_waiting 0.0" in web.get(web.metrics, "/metrics")[1]
        assert web.get(web.metrics, "/login")[0] == 404
        assert [web.get(web.web, path)[0] for path in ("/metrics", "/readyz")] == [404, 404]

        web.process.send_signal(signal.SIGTERM)
        assert web.process.wait(timeout=30) == 0


@pytest.mark.slow
def test_it_is_not_ready_on_an_old_schema(settings: Settings) -> None:
    with running(settings) as web:
        assert wait_for(lambda: web.get(web.web, "/healthz")[0] or None, "the web port") == 200
        status, why = web.get(web.metrics, "/readyz")
        assert (status, why) == (503, "the database is not at the newest revision\n")


def test_listening_is_noticed() -> None:
    where = parse_listen(f"127.0.0.1:{free_port()}")
    assert not listens(where)
    with listen(where):
        assert listens(where)


def test_files_and_pictures_of_others_take_no_thread_from_the_pages(settings: Settings) -> None:
    assert _Server(settings, [], None, ()).cfg.threads == THREADS + PLACES + WAITING
