"""SECURITY O3: what we send is signed by a key of its From domain, our own check proves it, nothing can be added."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from config.settings import Settings
from db.models import SigningKey
from db.session import Database
from mail.envelope import Envelope
from mailauth.results import Verdict
from mailauth.verdict import authenticate
from net.sealed import CannotUnseal, load_keys
from outbox.signing_keys import Signer
from tests.kit.resolver import ZoneResolver

DOMAIN = "bcc.seller.example"
MAIL = (
    b"From: Smart Bcc <no-reply@bcc.seller.example>\r\nTo: anna@northwind.example\r\nSubject: Held\r\n"
    b"Date: Tue, 03 Nov 2026 09:30:00 +0000\r\nMessage-ID: <1@mx.example>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain\r\n\r\nHello\r\n"
)


@pytest.fixture
def signer(database: Database, settings: Settings) -> Signer:
    return Signer(database, load_keys(settings.data_dir), (DOMAIN, "other.example"))


def judged(signed: bytes, signer: Signer, domain: str = DOMAIN) -> tuple[Verdict, list[str]]:
    """Answer what our own check says where DNS shows the key."""
    key = signer.key(domain).published
    zone = ZoneResolver(f"_dmarc.{domain} TXT v=DMARC1; p=reject").add(key.name, "TXT", key.value)
    now = datetime.now(UTC)
    envelope = Envelope(
        reverse_path="", forward_paths=("a@b.example",), helo="mx.example", peer="192.0.2.9", tls=True, received_at=now
    )
    proof = authenticate(signed, envelope, zone, now=now)
    return proof.verdict, [one.result for one in proof.dkim if one.counts]


def test_our_own_check_proves_what_we_sign(signer: Signer) -> None:
    assert judged(signer.sign(MAIL), signer) == (Verdict.PROVED, ["pass"])


@pytest.mark.parametrize(
    "added",
    [
        b"From: eve@evil.example",
        b"Subject: Pay",
        b"To: x@y",
        b"Cc: x@y",
        b"Reply-To: eve@evil.example",
        b"Date: x",
        b"Content-Type: text/html",
        b"MIME-Version: 1.0",
        b"Message-ID: <2@x>",
    ],
)
def test_nothing_is_added_on_top_of_what_is_signed(signer: Signer, added: bytes) -> None:
    signed = signer.sign(MAIL)
    assert judged(added + b"\r\n" + signed, signer)[0] is not Verdict.PROVED
    assert judged(signed.replace(b"\r\n\r\n", b"\r\n" + added + b"\r\n\r\n", 1), signer)[0] is not Verdict.PROVED


def test_a_domain_has_one_key_sealed_and_made_once(database: Database, settings: Settings, signer: Signer) -> None:
    others = [Signer(database, load_keys(settings.data_dir), (DOMAIN,)) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        selectors = {one.published.selector for one in threads.map(lambda other: other.key(DOMAIN), others)}
    assert selectors == {signer.key(DOMAIN).published.selector}
    assert signer.key("other.example").published.selector not in selectors
    with database.read() as session:
        row = session.scalars(select(SigningKey).where(SigningKey.domain == DOMAIN)).one()
    assert "PRIVATE" not in row.sealed
    keys = load_keys(settings.data_dir)
    assert b"PRIVATE KEY" in keys.unseal(row.sealed, f"signing_key:sealed:{DOMAIN}")
    with pytest.raises(CannotUnseal):
        keys.unseal(row.sealed, "signing_key:sealed:other.example")
    assert "PRIVATE" not in repr(signer.key(DOMAIN))


def test_mail_of_a_domain_that_is_not_ours_stays_as_it_is(signer: Signer) -> None:
    for from_ in (b"rita@home.example", b"a@bcc.seller.example, b@evil.example", b"nobody", b"x@sub.other.example"):
        mail = MAIL.replace(b"Smart Bcc <no-reply@bcc.seller.example>", from_)
        assert signer.sign(mail) == mail
