"""A whole smartbcc in processes of its own, for stories over real sockets: `serve`, DNS, SMTP client, HTTP client."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from net.zone_server import ZoneServer
from outbox.transport import Answer, submit

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 40.0
DECIDE_SECONDS = 20.0


def free_port() -> int:
    """Answer a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for[T](ask: Callable[[], T | None], what: str, seconds: float = DECIDE_SECONDS) -> T:
    """Ask until there is an answer; fail with the words given after the deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (answer := ask()) is not None:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"still waiting after {seconds} s for {what}")


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP status and the JSON (or bytes) that came with it."""

    status: int
    body: Any


class Api:
    """The HTTP API as one token's user."""

    def __init__(self, base_url: str, token: str) -> None:
        self._base = base_url
        self._token = token

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Response:
        """Send one request to /api/v1/PATH; never raises on an HTTP error."""
        request = urllib.request.Request(f"{self._base}/api/v1/{path}", method=method)
        request.add_header("Authorization", f"Bearer {self._token}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return Response(response.status, _content(response.headers.get_content_type(), response.read()))
        except urllib.error.HTTPError as refused:
            with refused:
                return Response(refused.code, _content(refused.headers.get_content_type(), refused.read()))

    def get(self, path: str) -> Any:
        """Answer the JSON of a GET that must succeed."""
        response = self.call("GET", path)
        assert response.status == 200, (path, response)
        return response.body

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Answer the JSON of a POST that must succeed."""
        response = self.call("POST", path, body)
        assert 200 <= response.status < 300, (path, response)
        return response.body

    def decided(self, inbound_id: str) -> Any:
        """Wait until that inbound message is no longer on its way, and answer it."""

        def ask() -> Any | None:
            row = self.get(f"inbound/{inbound_id}")
            return None if row["status"] in ("received", "processing") else row

        return wait_for(ask, f"a decision about {inbound_id}")


def _content(kind: str, content: bytes) -> Any:
    return json.loads(content) if kind.endswith("json") and content else content


class Running:
    """One installation: settings in the environment, commands run beside, `serve` started and stopped."""

    def __init__(
        self, data: Path, zone: Mapping[tuple[str, str], Sequence[str]], *, database_url: str = "", **settings: str
    ) -> None:
        self.data = data
        self.dns = ZoneServer(zone)
        self.smtp_port, self.web_port, self.metrics_port = free_port(), free_port(), free_port()
        self.base_url = f"http://127.0.0.1:{self.web_port}"
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith("SMARTBCC_")} | {
            "SMARTBCC_DATA_DIR": str(data),
            "SMARTBCC_DATABASE_URL": database_url,
            "SMARTBCC_HOSTNAME": "mx.test.example",
            "SMARTBCC_MAIL_DOMAIN": "bcc.test.example",
            "SMARTBCC_SMTP_LISTEN": f"127.0.0.1:{self.smtp_port}",
            "SMARTBCC_WEB_LISTEN": f"127.0.0.1:{self.web_port}",
            "SMARTBCC_METRICS_LISTEN": f"127.0.0.1:{self.metrics_port}",
            "SMARTBCC_BASE_URL": self.base_url,
            "SMARTBCC_DNS_SERVERS": self.dns.address,
            "SMARTBCC_LOG_LEVEL": "warning",
        }
        self.environ |= {f"SMARTBCC_{name.upper()}": value for name, value in settings.items()}
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `smartbcc WORDS` to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *words],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def json(self, *words: str) -> Any:
        """Answer the JSON that `smartbcc WORDS --json` prints."""
        return json.loads(self.command(*words, "--json").stdout)

    def start(self, *, tmpfs_mib: int = 0, printed: Path | None = None) -> None:
        """Start `serve` and wait until it is ready; `tmpfs_mib` gives it a small disk of its own.

        What it prints goes into the file `printed`.
        """
        words = [sys.executable, "-m", "cli.main", "serve"]
        if tmpfs_mib:
            words = _on_small_disk(words, self.data, tmpfs_mib)
        with printed.open("ab") if printed else nullcontext() as kept:
            self.process = subprocess.Popen(
                words,
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=kept,
                stderr=kept,
                start_new_session=True,
            )
        wait_for(self._is_ready, "the server to be ready", START_SECONDS)

    def inner_path(self, path: Path) -> Path:
        """Answer where a path as the server sees it lies for us, whatever it has mounted."""
        assert self.process is not None
        return Path(f"/proc/{self.process.pid}/root{path}")

    def _is_ready(self) -> bool | None:
        assert self.process is not None
        assert self.process.poll() is None, f"the server ended with {self.process.returncode}"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/readyz", timeout=2):
                return True
        except OSError:
            return None

    def stop(self) -> None:
        """Ask it to stop and wait for its end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=40)
        self.process = None

    def close(self) -> None:
        """Stop everything."""
        self.stop()
        self.dns.close()

    def api(self, token: str) -> Api:
        """Answer the HTTP API as that token's user."""
        return Api(self.base_url, token)

    def send(self, content: bytes, reverse_path: str, *forward_paths: str) -> Answer:
        """Hand one mail over by SMTP."""
        return submit(
            content, reverse_path, forward_paths, host="127.0.0.1", port=self.smtp_port, helo="client.test.example"
        )


def stored_id(answer: Answer) -> str:
    """Answer the inbound id that a 250 names."""
    assert answer.code == 250, answer
    assert answer.text.startswith("2.0.0 Ok: stored as "), answer
    return answer.text.rsplit(" ", 1)[-1]


def _on_small_disk(words: list[str], data: Path, mib: int) -> list[str]:
    """Wrap a command so that it runs with a small tmpfs over its data directory (with what lay there), root or not."""
    here, saved = shlex.quote(str(data)), shlex.quote(f"{data}.saved")
    script = (
        f"cp -a {here} {saved} && mount -t tmpfs -o size={mib}m tmpfs {here} && cp -a {saved}/. {here} && "
        f"exec {shlex.join(words)}"
    )
    rights = ["-m"] if os.geteuid() == 0 else ["-U", "-r", "-m"]
    return ["unshare", *rights, "sh", "-c", script]
