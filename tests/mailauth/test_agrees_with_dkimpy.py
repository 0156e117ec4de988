"""Our fast verification against dkimpy as a whole: what we pass it passes, what it passes we pass or say why not."""

from __future__ import annotations

from datetime import UTC, datetime

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.shape import check_shape
from mailauth.dkim import check_signatures
from tests.kit.mails import a_message
from tests.kit.resolver import ZoneResolver
from tests.kit.signing import SIGNED, Signer, ed25519_key

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
SIGNERS = (Signer("seller.example"), Signer("seller.example", selector="ed", key=ed25519_key()))
ZONE = "".join(signer.line() for signer in SIGNERS)
FORMS = ("relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple")


def ours(raw: bytes) -> str:
    """The result of the topmost signature."""
    [result, *_] = check_signatures(raw, ZoneResolver(ZONE), NOW)
    return result.result


def dkimpys(raw: bytes) -> bool:
    """Whether dkimpy passes the topmost signature."""
    resolver = ZoneResolver(ZONE)

    def find(name: bytes, timeout: int = 5) -> bytes:
        return next(iter(resolver.txt(name.decode())), b"")

    try:
        return bool(dkim.verify(raw, dnsfunc=find))
    except (dkim.DKIMException, ValueError, LookupError):
        return False


LINE = st.text("ab \t.;=:é", max_size=20)
BODY = st.lists(LINE, max_size=6).map("\r\n".join)


@given(
    body=BODY,
    subject=st.text("ab \t\n", min_size=1, max_size=12).map(lambda text: text.replace("\n", "\r\n ").strip() or "x"),
    signer=st.sampled_from(SIGNERS),
    form=st.sampled_from(FORMS),
)
@settings(deadline=None)
def test_on_untouched_mail(body: str, subject: str, signer: Signer, form: str) -> None:
    head = f"From: rita@seller.example\r\nTo: c@d.example\r\nSubject: {subject}\r\nX-Odd:\t a \r\n  b\r\n\r\n"
    raw = signer.sign((head + body + "\r\n").encode(), canonical=form, fields=("from", "To", "subject", "x-odd", "cc"))
    assert dkimpys(raw)
    assert ours(raw) == "pass"


@given(
    signer=st.sampled_from(SIGNERS),
    form=st.sampled_from(FORMS),
    place=st.floats(0, 1),
    inserted=st.sampled_from([b" ", b"  ", b"\t", b"\r\n", b"\r\n ", b"x", b":", b";", b"=", b"From: a@b.c\r\n", b""]),
    removed=st.integers(0, 3),
)
@settings(max_examples=400, deadline=None)
def test_on_mail_that_something_happened_to(
    signer: Signer, form: str, place: float, inserted: bytes, removed: int
) -> None:
    raw = signer.sign(a_message(subject="A longer subject", text="One.\n\nTwo  words. \n"), canonical=form)
    at = int(place * len(raw))
    changed = raw[:at] + inserted + raw[at + removed :]
    if check_shape(changed) is not None or not changed.endswith(b"\r\n"):
        return  # never judged at all; SMTP always ends a mail with CRLF (RFC 5321 §4.1.1.4)
    if not changed.lower().startswith(b"dkim-signature:"):
        return
    assert (ours(changed) == "pass") == dkimpys(changed)


@pytest.mark.parametrize("form", FORMS)
def test_on_every_prefix_of_fields(form: str) -> None:
    raw = SIGNERS[0].sign(a_message(), canonical=form, fields=(*SIGNED, *SIGNED))
    for name in (b"Subject", b"To", b"Date", b"X-New", b"From"):
        changed = name + b": added on top\r\n" + raw
        assert (ours(changed) == "pass") == dkimpys(changed)
