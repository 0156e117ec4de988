"""What an opaque signature hides is read; what is encrypted is not, and nothing is raised."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509 import load_pem_x509_certificate
from hypothesis import given
from hypothesis import strategies as st

from mail.cms import signed_content
from mail.message import Protection
from mail.parse import attachment_content, parse
from tests.kit.certificate import write_certificate
from tests.kit.cms import ENVELOPED, signed_data, signed_in_pieces
from tests.kit.mails import File, a_message

INSIDE = b"Content-Type: text/plain; charset=utf-8\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n"
WHOLE = signed_data(INSIDE)


def smime(content: bytes, *, text: str = "") -> bytes:
    return a_message(text=text, attachments=[File("smime.p7m", content, "application/pkcs7-mime")])


@pytest.mark.parametrize("octets", [WHOLE, signed_in_pieces(INSIDE), signed_in_pieces(INSIDE, 1)])
def test_its_text_is_the_text_of_the_mail(octets: bytes) -> None:
    found = parse(smime(octets))
    assert (found.text, found.protection) == ("Grüße", Protection.SIGNED)
    assert [one.filename for one in found.attachments] == ["smime.p7m"]
    assert parse(smime(octets, text="Hello")).text == "Hello"


def test_its_files_follow_those_of_the_mail() -> None:
    raw = smime(signed_data(a_message(html="<b>Hello</b>", attachments=[File("a.pdf", b"%PDF")])))
    found = parse(raw)
    assert [one.filename for one in found.attachments] == ["smime.p7m", "a.pdf"]
    assert (attachment_content(raw, 1), found.html) == (b"%PDF", "<b>Hello</b>")


def test_a_signature_in_the_other_is_opened_three_deep() -> None:
    raws = [smime(WHOLE)]
    for _ in range(3):
        raws.append(smime(signed_data(raws[-1])))
    assert [parse(raw).text for raw in raws] == ["Grüße", "Grüße", "Grüße", ""]


def test_what_is_encrypted_inside_makes_the_mail_encrypted() -> None:
    found = parse(smime(signed_data(smime(signed_data(b"x", kind=ENVELOPED)))))
    assert (found.text, found.protection) == ("", Protection.ENCRYPTED)


def test_what_another_program_signs(tmp_path: Path) -> None:
    pem, key_pem = (path.read_bytes() for path in write_certificate(tmp_path))
    key = serialization.load_pem_private_key(key_pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    signer = load_pem_x509_certificate(pem), key, hashes.SHA256()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(INSIDE).add_signer(*signer)
    assert signed_content(builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])) == INSIDE


@pytest.mark.parametrize(
    "octets", [b"", b"0", b"0\x80", b"\x30\x84\xff\xff\xff\xff", signed_data(b"x", kind=ENVELOPED)]
)
def test_what_is_no_signed_data_gives_nothing(octets: bytes) -> None:
    assert signed_content(octets) is None


@given(st.integers(0, len(WHOLE)), st.binary(max_size=20))
def test_spoiled_octets_raise_nothing(at: int, octets: bytes) -> None:
    for whole in (WHOLE, signed_in_pieces(INSIDE)):
        signed_content(whole[:at] + octets + whole[at + len(octets) :])
        signed_content(whole[:at] + octets)
