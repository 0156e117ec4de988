"""A real Postfix as the smarthost: it keeps the signature of our mail whole, and its bounce comes home."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bench.postfix import instance
from config.settings import Settings
from db.ids import IdSealer
from db.models import OutboxMessage
from mail.envelope import Envelope
from mailauth.results import Proof, Verdict
from mailauth.verdict import authenticate
from net.sealed import load_keys
from outbox.queue import Kind, Outgoing, enqueue
from outbox.return_path import read_return_path, reverse_path
from outbox.route import ThroughSmarthost
from outbox.sender import Sender
from outbox.signing_keys import Signer
from outbox.smarthost import parse_smarthost
from tests.deploy.tools import need
from tests.kit.mail_server import MailServer
from tests.kit.resolver import ZoneResolver
from tests.kit.running import free_port, wait_for
from tests.kit.thinking import MAIL_DOMAIN, Office

MAIL = (
    b"From: Smart Bcc <no-reply@bcc.seller.example>\r\nTo: bob@elsewhere.example\r\nSubject: Held\r\n"
    b"Date: %s\r\nMessage-ID: <1@mx.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\n.\r\n..dots\r\nGr\xc3\xbc\xc3\x9fe  \r\n"
)


@pytest.mark.slow
@pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)
def test_postfix_passes_our_mail_on_as_it_was_signed_and_its_bounce_is_noted(
    database_settings: Settings, request: pytest.FixtureRequest
) -> None:
    need("postfix", "postfix")
    if os.geteuid() != 0:
        pytest.skip("Postfix runs as root alone")
    office = Office(request.getfixturevalue("database"))
    keys = load_keys(database_settings.data_dir)
    sealer, signer = IdSealer(keys.derive("public-ids")), Signer(office.database, keys, (MAIL_DOMAIN,))
    office.tools = replace(office.tools, read_return=lambda path: read_return_path(sealer, path))
    refusals = iter(("250 2.1.5 Ok", "550 5.1.1 No such user here"))
    with MailServer({"RCPT": lambda: next(refusals, "250 2.1.5 Ok")}) as beyond:
        main = (
            f"myhostname = relay.example\nrelayhost = [127.0.0.1]:{beyond.port}\nmynetworks = 127.0.0.0/8\n"
            "smtpd_relay_restrictions = permit_mynetworks, reject\n"
        )
        port = free_port()
        with instance(port, lambda _: main):
            sender = Sender(
                office.database,
                ThroughSmarthost(parse_smarthost(f"smtp://127.0.0.1:{port}"), "mx.example"),
                sign=signer.sign,
                reverse_path=lambda one: reverse_path(
                    sealer, office.company_id, one.row.id, MAIL_DOMAIN, reports=one.reports
                ),
            )
            mails = [_ask(office, number) for number in range(2)]
            assert sender.run_until_idle() == 2
            assert [_status(office, mail) for mail in mails] == ["sent", "sent"]
            wait_for(lambda: len(beyond.mails) == 2 or None, "the mail and the bounce")
    ours, bounce = sorted(beyond.mails, key=lambda one: "<>" in one.mail)
    assert ours.content.endswith(MAIL.partition(b"\r\n\r\n")[2])
    assert _proved(ours.content, signer) is Verdict.PROVED
    (path,) = bounce.rcpt
    returned = read_return_path(sealer, path.removeprefix("RCPT TO:<").partition(">")[0])
    assert returned is not None
    proof = Proof.unchecked(Verdict.NOT_EVALUATED, "", "")
    office.deliver(bounce.content, to=[path.removeprefix("RCPT TO:<").partition(">")[0]], proof=proof)
    assert _status(office, returned.outbox_id) == "failed"
    assert "No such user here" in _row(office, returned.outbox_id).last_reply


def _ask(office: Office, number: int) -> int:
    date = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").encode()
    mail = Outgoing(
        company_id=office.company_id,
        key=str(number),
        kind=Kind.COMPOSED,
        forward_path="bob@elsewhere.example",
        content=MAIL % date,
        reports=True,
    )
    with office.database.write() as session:
        made = enqueue(session, mail, office.database.now(session))
    assert made is not None
    return made


def _row(office: Office, outbox_id: int) -> OutboxMessage:
    this = OutboxMessage.company_id == office.company_id, OutboxMessage.id == outbox_id
    with office.database.read() as session:
        return session.scalars(select(OutboxMessage).where(*this)).one()


def _status(office: Office, outbox_id: int) -> str:
    return _row(office, outbox_id).status


def _proved(raw: bytes, signer: Signer) -> Verdict:
    key, now = signer.key(MAIL_DOMAIN).published, datetime.now(UTC)
    zone = ZoneResolver("").add(key.name, "TXT", key.value)
    envelope = Envelope(
        reverse_path="", forward_paths=("a@b.example",), helo="x", peer="192.0.2.9", tls=True, received_at=now
    )
    return authenticate(raw, envelope, zone, now=now).verdict
