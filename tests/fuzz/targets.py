"""What is thrown at our readers of hostile octets, and what must hold whatever the octets are.

A target takes octets and fails where a reader raises, or where two of them take a mail for different things.
"""

from __future__ import annotations

import email.policy
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from typing import Final

from mail.address import address_key
from mail.envelope import Envelope
from mail.from_field import Mailbox, read_from_field
from mail.parse import parse
from mail.shape import author, check_shape, pass_gate
from mailauth.arc_set import BrokenChain, check_claims, read_sets
from mailauth.arriving import ArrivingBody, forms_wanted, header_part
from mailauth.authentication_results import parse_results
from mailauth.dkim import check_signatures, split_mail
from mailauth.dkim_key import BadKey, read_key
from mailauth.results import Verdict
from mailauth.verdict import authenticate
from tests.fuzz.reading import READING, reading_seeds
from tests.kit.mails import EML, a_message, eml
from tests.kit.resolver import ZoneResolver
from tests.kit.signing import Signer, ed25519_key, sender_zone

NOW: Final = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
SIGNER: Final = Signer("seller.example", key=ed25519_key())
ZONE: Final = sender_zone("seller.example", SIGNER)
STRANGER: Final = Envelope(
    reverse_path="x@y.example", forward_paths=(), helo="h", peer="203.0.113.1", tls=False, received_at=NOW
)
VALUES: Final = (
    b"a@b.example",
    b" Rita Rep <rita@seller.example>",
    b'"Rep, Rita" <rita@seller.example>',
    b"=?utf-8?q?J=C3=B6rg?= <j@p.example>",
    b"(a comment (nested)) a@b.example (after)",
    '"a\\"b"@c.example, Jörg <j@bücher.example>'.encode(),
    b"g: a@b.example, <@x.example:c@d.example>;",
    b"a@x.example <b@y.example>",
    b"Rita\r\n\tRep\r\n <rita@seller.example>",
    b"a@[192.0.2.1], a.b..c@xn--bcher-kva.example.",
)
RESULTS: Final = (
    b" mx.example.net 1; dkim=pass (good) header.d=example.org; dmarc=pass action=none header.from=example.org",
    b' i=1; mx.example.net; spf=fail smtp.mailfrom="a b"@x.example; arc=none reason="no; chain"',
    b" mx.example.net; none",
)
TOKENS: Final = (
    b"From:", b"From :", b"\r\nFrom: evil@bank.example", b"\r\n", b"\r\n ", b"\r", b"\n", b"\0", b"<", b">", b"@", b",",
    b";", b":", b"(", b")", b'"', b"\\", b"=?utf-8?q?=0D=0A?=", b"=?utf-8?b?QA==?=", b"\xe2\x80\x8b", b"\xef\xbc\xa0",
    b"\xc2\xa0", b"\xff", b"Sender: x@y", b"Resent-From: x@y", b"DKIM-Signature:", b"v=1; ", b"b=", b"i=1;", b"cv=pass",
    b"h=from:from", b"l=0", b"c=relaxed/relaxed", b"\r\n\r\n", b" ", b"\t", b"=", b".",
)  # fmt: skip
"""What is worth to be put in somewhere; a dictionary for the fuzzer."""


def shape(raw: bytes) -> None:
    """A mail that passes has one author, whom everybody reads as we do: gate, library, DKIM and the reader of mail."""
    found = pass_gate(raw)
    assert (check_shape(raw) is None) is isinstance(found, Mailbox)
    if not isinstance(found, Mailbox):
        return
    assert author(raw) == found.addr_spec
    assert [address_key(one.address) for one in parse(raw).from_] == [address_key(found.addr_spec)]
    signed = [value for name, value in split_mail(raw).fields if name.lower() == b"from"]
    assert [read_from_field(value) for value in signed] == [found]
    library = BytesHeaderParser(policy=email.policy.default).parsebytes(header_part(raw)).get_all("From", [])
    names = [address.username for field in library for address in field.addresses]
    assert [_as_utf8(name) for name in names] == [found.local_part]


def _as_utf8(text: str) -> str:
    """Octets beyond ASCII stand in the library's text one by one."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def from_field(value: bytes) -> None:
    """What our own reader takes it reads the same again, and the gate takes it only where the library agrees."""
    found = read_from_field(value)
    if found is not None:
        assert read_from_field(found.addr_spec.encode("utf-8", "surrogateescape")) == found
    if b"\r\n\r\n" not in value:
        shape(b"From:" + value + b"\r\nSubject: x\r\n\r\nHello\r\n")


def verdict(raw: bytes) -> None:
    """Whatever happens to a mail, it proves only the owner of the key, and only by his own signature."""
    proof = authenticate(raw, STRANGER, ZoneResolver(ZONE), now=NOW)
    if proof.verdict is Verdict.PROVED:
        assert proof.from_address == author(raw)
        assert proof.from_address.endswith("@seller.example")
        assert any(one.counts and one.domain == "seller.example" for one in proof.dkim)


def signature(value: bytes) -> None:
    """Only the owner of the key has made a good one; whatever it says, it is looked through before the body comes."""
    if b"\r\n\r\n" in value:
        return
    raw = b"DKIM-Signature:" + value + b"\r\n" + a_message()
    found = check_signatures(raw, ZoneResolver(ZONE), NOW)
    assert all(one.domain == "seller.example" for one in found if one.result == "pass")
    forms_wanted(raw)
    body = ArrivingBody()
    body.feed(raw)
    body.hashes()


def key_record(record: bytes) -> None:
    """A record is a key or BadKey."""
    try:
        read_key(record)
    except BadKey:
        return


def results(value: bytes) -> None:
    """Authentication-Results are read or not; a chain is whole or broken; neither raises anything else."""
    parse_results(value)
    seal = b" i=1; a=rsa-sha256; cv=none; d=x.example; s=s; b=AAAA"
    fields = [(b"ARC-Seal", seal), (b"ARC-Authentication-Results", value), (b"ARC-Message-Signature", value)]
    try:
        check_claims(read_sets(fields))
    except BrokenChain:
        return


TARGETS: Final[Mapping[str, Callable[[bytes], None]]] = {
    "shape": shape,
    "from_field": from_field,
    "verdict": verdict,
    "signature": signature,
    "key_record": key_record,
    "results": results,
    **READING,
}


def seeds(target: str) -> Iterator[bytes]:
    """Answer octets to begin with, our own all of them."""
    if target in READING:
        yield from reading_seeds(target)
        return
    match target:
        case "from_field":
            yield from VALUES
        case "key_record":
            yield SIGNER.record.encode()
            yield Signer("seller.example", tags="t=s; h=sha256; s=email:*; n=x").record.encode()
        case "signature":
            for form in ("relaxed/relaxed", "simple"):
                signed = SIGNER.sign(a_message(), canonical=form, t="1", x="4000000000", i="@seller.example")
                yield signed.partition(b":")[2].partition(b"\r\nFrom:")[0]
        case "results":
            yield from RESULTS
        case "verdict":
            yield SIGNER.sign(a_message())
            yield SIGNER.sign(SIGNER.sign(a_message(), canonical="simple/simple"), fields=("from", "to", "from"))
        case _:
            yield a_message()
            yield from (eml(str(path.parent.relative_to(EML))) for path in sorted(EML.glob("*/*/message.eml")))
