"""Runs `smartbcc serve` for the demo, with settings of its own, and asks its API."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

from cli.demo.waiting import ask_until
from config.settings import Settings

START_SECONDS: Final = 30
NO_HEADERS: Final[Mapping[str, str]] = {}


def environment(data: Path, base: int, dns: str) -> dict[str, str]:
    """Answer the environment of the demo's server: nothing of the operator's own settings is in force."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SMARTBCC_")}
    return inherited | {
        "SMARTBCC_DATA_DIR": str(data),
        "SMARTBCC_HOSTNAME": "mx.northwind.example",
        "SMARTBCC_MAIL_DOMAIN": "bcc.northwind.example",
        "SMARTBCC_WEB_LISTEN": f"127.0.0.1:{base}",
        "SMARTBCC_BASE_URL": f"http://127.0.0.1:{base}",
        "SMARTBCC_SMTP_LISTEN": f"127.0.0.1:{base + 1}",
        "SMARTBCC_METRICS_LISTEN": f"127.0.0.1:{base + 2}",
        "SMARTBCC_DNS_SERVERS": dns,
        "SMARTBCC_SMARTHOST_URL": f"smtp://127.0.0.1:{base + 4}",
        "SMARTBCC_LOG_LEVEL": "error",
    }


@contextmanager
def serving(environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Start the server, and stop it at the end, whatever happens."""
    server = subprocess.Popen([sys.executable, "-m", "cli.main", "serve"], env=dict(environ))
    try:
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def wait_until_ready(settings: Settings, server: subprocess.Popen[bytes]) -> None:
    """Return when every role answers; raise TimeoutError where that does not happen."""

    def is_ready() -> bool | None:
        if server.poll() is not None:
            raise TimeoutError(f"the server ended with status {server.returncode}")
        try:
            return _get(settings.metrics_listen[0], "/readyz", 5)[0] == HTTPStatus.OK or None
        except OSError:
            return None

    if not ask_until(is_ready, START_SECONDS):
        raise TimeoutError(f"not ready after {START_SECONDS} seconds")


def ask(settings: Settings, token: str, path: str) -> dict[str, Any]:
    """Answer the JSON object that the API gives for a path."""
    status, content = _get(settings.web_listen[0], f"/api/v1/{path}", 10, {"Authorization": f"Bearer {token}"})
    answer = json.loads(content)
    if status != HTTPStatus.OK or not isinstance(answer, dict):
        raise TypeError(f"{path} answered {status} and no object")
    return answer


def _get(listener: str, path: str, seconds: float, headers: Mapping[str, str] = NO_HEADERS) -> tuple[int, bytes]:
    with closing(HTTPConnection(listener, timeout=seconds)) as connection:
        connection.request("GET", path, headers=dict(headers))
        response = connection.getresponse()
        return response.status, response.read()
