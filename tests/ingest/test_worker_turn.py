"""The whole pipeline writes without waiting: no parser, DNS, file, network or sleep in an open write transaction."""

from __future__ import annotations

from db.session import Database
from mail.fingerprint import content_digest, fingerprint
from mail.html import sanitise
from mail.parse import attachment_content, parse
from mail.shape import check_shape
from mailauth.verdict import authenticate
from net.resolver import DnsResolver
from tests.kit.mails import File, a_message
from tests.kit.thinking import Office
from tests.kit.turn_watch import watching

OUTSIDE = [
    parse,
    attachment_content,
    sanitise,
    check_shape,
    fingerprint,
    content_digest,
    authenticate,
    DnsResolver.txt,
    DnsResolver.addresses,
    DnsResolver.mx,
]


def test_filing_a_mail_waits_for_nothing(database: Database) -> None:
    office = Office(database)
    rita = office.user("rita@seller.example")
    office.contact(rita, "carl@customer.example")
    first = a_message(message_id="<1@seller.example>", attachments=[File("offer.pdf", b"%PDF-1.4")])
    reply = a_message(message_id="<2@seller.example>", in_reply_to="<1@seller.example>", html="<p>Hello</p>")
    with watching(OUTSIDE) as seen:
        for raw in (first, reply, first):
            office.deliver(raw)
    assert seen == []
