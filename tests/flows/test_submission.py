"""A rep whose signature proves nothing hands mail over by signing in: Python's own client, TLS, an app password."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from accounts.app_passwords import make_app_password
from accounts.viewer import Role, Viewer
from config.settings import load
from db.models import User
from db.session import open_database
from outbox.transport import Answer
from tests.kit.certificate import write_certificate
from tests.kit.mails import a_message
from tests.kit.running import free_port, stored_id
from tests.kit.sales import CUSTOMER, REP, STRANGER, SalesWorld, sales_world

pytestmark = pytest.mark.slow


@pytest.fixture
def port() -> int:
    """A port for submission."""
    return free_port()


@pytest.fixture
def world(tmp_path: Path, port: int) -> Iterator[SalesWorld]:
    """A server on which people sign in."""
    certificate, key = write_certificate(tmp_path)
    with sales_world(
        tmp_path / "data", tls_cert=str(certificate), tls_key=str(key), submission_listen=f"127.0.0.1:{port}"
    ) as made:
        made.running.start()
        yield made


def _password(world: SalesWorld) -> str:
    """Make an app password as the settings page does."""
    database = open_database(load(world.running.environ, None))
    with closing(database), database.write() as session:
        row = session.scalars(
            select(User).where(User.email_key == REP).execution_options(across_companies="the test knows one user")
        ).one()
        return make_app_password(
            session, Viewer(row.company_id, row.id, Role(row.role)), "laptop", database.now(session)
        )


def _submit(port: int, password: str, from_: str, to: str) -> Answer:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # made for this run
    with smtplib.SMTP("127.0.0.1", port, local_hostname="laptop.test.example", timeout=20) as client:
        client.starttls(context=context)
        client.login(REP, password)
        client.mail(REP)
        client.rcpt(to)
        code, text = client.data(a_message(from_=from_, to=CUSTOMER, subject="From my laptop"))
        return Answer(code=code, text=text.decode())


def test_a_submitted_mail_is_proved_without_signature(world: SalesWorld, port: int) -> None:
    password = _password(world)
    stored = _submit(port, password, REP, world.northwind.personal_bcc_address)
    inbound = world.northwind.api.decided(stored_id(stored))
    assert inbound["status"] == "filed"
    message = world.northwind.api.get(f"messages/{inbound['message_ids'][0]}")
    assert message["authentication"]["verdict"] == "proved"
    assert "signed in" in message["authentication"]["sentence"]
    assert _submit(port, password, STRANGER, world.northwind.bcc_address).code == 553
    with pytest.raises(smtplib.SMTPAuthenticationError):
        _submit(port, "wrong", REP, world.northwind.bcc_address)
