"""A certificate that is loaded anew, on each kind of socket; a broken one changes nothing."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from config.settings import Settings, load
from smtpd.certificate import reload_certificate, tls_context_of
from smtpd.limits import Limits
from smtpd.service import LMTP, SMTP, SUBMISSION, SUBMISSIONS, Service
from tests.kit.certificate import write_certificate
from tests.kit.door import open_door
from tests.kit.smtp_client import SmtpClient


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    certificate, key = write_certificate(tmp_path)
    return load({"SMARTBCC_TLS_CERT": str(certificate), "SMARTBCC_TLS_KEY": str(key)})


def _shown(port: int, service: Service) -> bytes:
    with SmtpClient(port) as client:
        if not service.implicit_tls:
            client.reply()
            client.ask(f"{'LHLO' if service is LMTP else 'EHLO'} client.example")
            assert client.ask("STARTTLS").startswith("220 2.0.0")
        client.start_tls()
        assert isinstance(client.socket, ssl.SSLSocket)
        return client.socket.getpeercert(binary_form=True) or b""


@pytest.mark.parametrize("service", [SMTP, LMTP, SUBMISSION, SUBMISSIONS], ids=["smtp", "lmtp", "587", "465"])
def test_the_next_handshake_shows_the_new_one(settings: Settings, tmp_path: Path, service: Service) -> None:
    with open_door(Limits(), service=service, tls_context=tls_context_of(settings)) as door:
        first = _shown(door.port, service)
        write_certificate(tmp_path)
        reload_certificate(door.door, settings)
        second = _shown(door.port, service)
        assert second != first
        write_certificate(tmp_path)
        reload_certificate(door.door, settings)
        assert _shown(door.port, service) not in (first, second)


@pytest.mark.parametrize("broken", ["no certificate", "another key", "half a key", "no file", "a directory"])
@pytest.mark.parametrize("service", [SMTP, SUBMISSIONS], ids=["smtp", "465"])
def test_a_broken_one_changes_nothing(settings: Settings, tmp_path: Path, service: Service, broken: str) -> None:
    certificate, key = Path(settings.tls_cert), Path(settings.tls_key)
    with open_door(Limits(), service=service, tls_context=tls_context_of(settings)) as door:
        before = _shown(door.port, service)
        match broken:
            case "no certificate":
                certificate.write_text("no certificate\n", encoding="ascii")
            case "another key":
                old = certificate.read_bytes()
                write_certificate(tmp_path)
                certificate.write_bytes(old)
            case "half a key":
                key.write_bytes(key.read_bytes()[:100])
            case "no file":
                key.unlink()
            case _:
                certificate.unlink()
                certificate.mkdir()
        reload_certificate(door.door, settings)
        assert _shown(door.port, service) == before
