"""Signed and encrypted mail is told as what it says that it is, and shown part by part."""

from __future__ import annotations

import pytest

from mail.message import Protection
from mail.parse import parse
from tests.kit.mails import File, a_message

ARMOUR = "-----BEGIN PGP MESSAGE-----\n\nwcBMA0kY\n-----END PGP MESSAGE-----\n"
SIGNED = (
    "-----BEGIN PGP SIGNED MESSAGE-----\n\nHello\n-----BEGIN PGP SIGNATURE-----\n\nwsB\n-----END PGP SIGNATURE-----\n"
)
CMS = bytes.fromhex("3080") + bytes.fromhex("06092a864886f70d010702") + bytes(40)
ENVELOPED = bytes.fromhex("3080") + bytes.fromhex("06092a864886f70d010703") + bytes(40)


def multipart(subtype: str, *parts: str) -> bytes:
    body = "".join(f"--b\r\n{part}\r\n" for part in parts)
    return f"From: a@b.example\r\nContent-Type: multipart/{subtype}; boundary=b\r\n\r\n{body}--b--\r\n".encode()


def smime(content: bytes, said: str = "") -> bytes:
    return a_message(text="", attachments=[File("smime.p7m", content, f"application/pkcs7-mime{said}")])


TEXT = "Content-Type: text/plain\r\n\r\nHello"
HTML = 'Content-Type: text/html\r\n\r\n<img src="https://x.example/'
CONTROL = "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1"
SECRET = "Content-Type: application/octet-stream\r\n\r\nsecret"
KINDS = [
    (multipart("signed", TEXT, "Content-Type: application/pgp-signature\r\n\r\nx"), Protection.SIGNED),
    (multipart("encrypted", CONTROL, SECRET), Protection.ENCRYPTED),
    (multipart("mixed", TEXT, CONTROL, SECRET), Protection.ENCRYPTED),  # as Exchange rewrites it
    (smime(ENVELOPED), Protection.ENCRYPTED),
    (smime(CMS), Protection.SIGNED),
    (smime(ENVELOPED, "; smime-type=signed-data"), Protection.SIGNED),
    (smime(CMS, "; smime-type=enveloped-data"), Protection.ENCRYPTED),
    (a_message(text=ARMOUR), Protection.ENCRYPTED),
    (a_message(text=SIGNED), Protection.SIGNED),
    (a_message(text="> " + ARMOUR.replace("\n", "\n> ")), None),
    (a_message(text="It begins with -----BEGIN PGP MESSAGE-----, as always."), None),
    (a_message(attachments=[File("old.p7m", ENVELOPED, "application/pkcs7-mime")]), None),
    (a_message(attachments=[File("a.eml", multipart("signed", TEXT, TEXT), "message/rfc822")]), None),
    (a_message(), None),
]


@pytest.mark.parametrize(("raw", "kind"), KINDS, ids=range(len(KINDS)))
def test_kind(raw: bytes, kind: Protection | None) -> None:
    assert parse(raw).protection is kind


def test_what_is_encrypted_is_never_put_into_html() -> None:
    raw = multipart("mixed", HTML, CONTROL, SECRET, 'Content-Type: text/html\r\n\r\n">')
    found = parse(raw)
    assert found.html == '<img src="https://x.example/'
    assert "secret" not in found.text
    assert [one.content_type for one in found.attachments] == ["application/pgp-encrypted", "application/octet-stream"]
