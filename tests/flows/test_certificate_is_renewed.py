"""A renewed certificate is served after SIGHUP to `serve`, which goes on as it was (INTERFACE 3)."""

from __future__ import annotations

import signal
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.certificate import write_certificate
from tests.kit.running import Running, wait_for
from tests.kit.smtp_client import SmtpClient

pytestmark = pytest.mark.slow


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    certificate, key = write_certificate(tmp_path)
    made = Running(tmp_path / "data", {}, tls_cert=str(certificate), tls_key=str(key))
    try:
        made.start()
        yield made
    finally:
        made.close()


def test_a_renewed_certificate_is_served_without_a_restart(running: Running, tmp_path: Path) -> None:
    assert running.process is not None
    before = _shown(running)
    write_certificate(tmp_path)
    running.process.send_signal(signal.SIGHUP)
    wait_for(lambda: _shown(running) != before or None, "the new certificate")
    assert running.process.poll() is None


def _shown(running: Running) -> bytes:
    with SmtpClient(running.smtp_port) as client:
        client.hello()
        assert client.ask("STARTTLS").startswith("220")
        client.start_tls()
        assert isinstance(client.socket, ssl.SSLSocket)
        return client.socket.getpeercert(binary_form=True) or b""
