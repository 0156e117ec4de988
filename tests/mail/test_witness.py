"""Which two mails are one letter: pairs of our own, each with the right answer and why (RULES R29, R29a)."""

from __future__ import annotations

import base64
import quopri
from dataclasses import dataclass
from datetime import timedelta, timezone

import pytest

from mail.fingerprint import fingerprint
from mail.parse import parse
from mail.witness import Witness, are_one_letter, witness_of
from tests.kit.mails import DATE, File, a_message

OURS = ("box@bcc.seller.example",)
LONG = "Dear Carl,\nhere is the offer for the forty chairs, with all their parts and prices.\nRita\n"
ONE, TWO = "<one@seller.example>", "<two@exchange.example>"
QUOTE = "\nOn Tue, 3 Mar 2026 Carl wrote:\n> Do you have chairs?\n> We need forty.\n"
DISCLAIMER = "\nThis message is for its recipients alone. Delete it if you are not one of them.\n"
GREEK = "Καλημέρα,\nη προσφορά για τις σαράντα καρέκλες, με όλες τις τιμές τους.\n"
HTML = "<p>Dear Carl,<br>here is the offer for the forty chairs, with all their parts and prices.<br>Rita</p>"


@dataclass(frozen=True)
class Pair:
    """Two mails, whether they are one letter, and why."""

    one: bytes
    other: bytes
    same: bool
    why: str


def mail(text: str | None = LONG, *, msg_id: str = ONE, **more: object) -> bytes:
    """Answer a mail of our own; `msg_id` "" leaves the Message-ID out."""
    return a_message(**{"text": text, "message_id": msg_id} | more)


def encoded(text: str, charset: str, encoding: str, **more: object) -> bytes:
    """Answer the mail with its one text part in that charset and transfer encoding."""
    head = mail("x", **more).partition(b"Content-Type:")[0]
    octets = text.replace("\n", "\r\n").encode(charset)
    sent = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring, "8bit": bytes}[encoding](octets)
    kind = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head + kind.encode() + sent


def with_field(raw: bytes, old: bytes, new: bytes) -> bytes:
    """Answer the mail with a piece of its header written differently."""
    assert old in raw
    return raw.replace(old, new, 1)


PAIRS = {
    # The same mail by another way: same Message-ID, same fingerprint.
    "other_trace": Pair(
        mail(), mail(extra={"Received": "from a.example by b.example; Wed, 4 Mar 2026 10:20:33 +0000"}), True, "trace"
    ),
    "sent_copy_without_bcc": Pair(
        mail(extra={"Bcc": "box@bcc.seller.example"}), mail(), True, "Outlook keeps Bcc in Sent, the wire does not"
    ),
    "our_address_in_cc": Pair(
        mail(), mail(cc="box@bcc.seller.example"), True, "our own addresses are no part of the fingerprint"
    ),
    "base64_and_8bit": Pair(
        encoded(LONG, "utf-8", "base64"), encoded(LONG, "utf-8", "8bit"), True, "a gateway encodes anew"
    ),
    "base64_and_quoted_printable": Pair(
        encoded(GREEK, "utf-8", "base64"), encoded(GREEK, "utf-8", "quoted-printable"), True, "the words are the same"
    ),
    "other_charset": Pair(
        encoded(GREEK, "utf-8", "base64"), encoded(GREEK, "iso-8859-7", "base64"), True, "the letters are the same"
    ),
    "html_only_and_alternative": Pair(
        mail(None, html=HTML), mail(LONG, html=HTML), True, "the text is that of the HTML"
    ),
    "text_and_alternative": Pair(mail(LONG), mail(LONG, html=HTML), True, "the text part is the same"),
    "folded_subject": Pair(
        mail(subject="Offer for forty chairs"),
        with_field(mail(subject="Offer for forty chairs"), b"Offer for forty", b"Offer for\r\n forty"),
        True,
        "folding is no content",
    ),
    "encoded_subject": Pair(
        mail(subject="Offer"),
        with_field(mail(subject="Offer"), b"Subject: Offer", b"Subject: =?iso-8859-1?Q?Offer?="),
        True,
        "an encoded word says the same",
    ),
    "composed_subject": Pair(mail(subject="Caf\u00e9"), mail(subject="Cafe\u0301"), True, "NFC"),
    "list_prefix_in_subject": Pair(
        mail(subject="Offer"), mail(subject="[sales] Offer"), True, "a list's tag is no part of the base subject"
    ),
    "other_zone": Pair(
        mail(), mail(date=DATE.astimezone(timezone(timedelta(hours=-7)))), True, "the same moment in another zone"
    ),
    "other_order_of_recipients": Pair(
        mail(to=["a@x.example", "b@x.example"]), mail(to=["b@x.example", "a@x.example"]), True, "recipients are a set"
    ),
    "to_and_cc_exchanged": Pair(
        mail(to="a@x.example", cc="b@x.example"),
        mail(to="b@x.example", cc="a@x.example"),
        True,
        "To and Cc are one set",
    ),
    "other_display_name": Pair(
        mail(to="Carl <carl@x.example>"), mail(to="Customer, C. <carl@x.example>"), True, "names are not compared"
    ),
    "capitals_in_address": Pair(mail(to="carl@x.example"), mail(to="Carl@X.EXAMPLE"), True, "addresses are keys"),
    "wrapped_lines": Pair(mail(), mail(LONG.replace(" ", "\n")), True, "layout does not count"),
    "flowed_spaces": Pair(mail(), mail(LONG.replace("\n", " \n")), True, "spaces do not count"),
    "without_an_attachment": Pair(
        mail(attachments=[File("offer.pdf", b"%PDF-")]), mail(), True, "a gateway may take files away"
    ),
    "tracking_pixel": Pair(
        mail(LONG, html=HTML),
        mail(LONG, html=HTML + '<img src="https://t.example/1.gif" width="1" height="1">'),
        True,
        "a picture says nothing",
    ),
    "tracking_pixel_html_only": Pair(
        mail(None, html=HTML), mail(None, html=HTML + '<img src="https://t.example/1.gif">'), True, "nor without text"
    ),
    "other_signature": Pair(
        mail(LONG + "\n-- \nRita Rep\n"), mail(LONG + "\n-- \nRita Rep, Seller\n"), True, "signatures are not new text"
    ),
    "short_ok_with_one_id": Pair(mail("ok\n"), mail("ok\n"), True, "the id and all else agree, however short"),
    "empty_with_one_id": Pair(mail(""), mail(""), True, "nothing is nothing"),
    "date_missing_with_one_id": Pair(mail(date=None), mail(date=None), True, "the id and all else agree"),
    # Same Message-ID, another text: an addition, or another letter.
    "list_footer": Pair(
        mail(), mail(LONG + "_______________\nsales mailing list\nhttps://lists.example/sales\n"), True, "contained"
    ),
    "list_footer_below_a_quote": Pair(
        mail(LONG + QUOTE), mail(LONG + QUOTE + "\nYou get this as a member of sales.\n"), True, "contained"
    ),
    "warning_on_top": Pair(
        mail(), mail("CAUTION: this mail came from outside.\n\n" + LONG), True, "a server's banner adds to the text"
    ),
    "disclaimer_at_the_end": Pair(mail(), mail(LONG + DISCLAIMER), True, "contained"),
    "disclaimer_above_the_quote": Pair(
        mail(LONG + QUOTE), mail(LONG + DISCLAIMER + QUOTE), True, "the new text contains the new text"
    ),
    "disclaimer_amid_the_text": Pair(
        mail(),
        mail(LONG.replace("Rita\n", DISCLAIMER + "Rita\n")),
        False,
        "neither text contains the other: shown as two",
    ),
    "reused_id": Pair(mail(), mail("The bank account is another one, pay there please.\n"), False, "another content"),
    "reused_id_one_word": Pair(mail(), mail(LONG.replace("forty", "fifty")), False, "a word was changed"),
    "reused_id_and_a_footer_from_another": Pair(
        mail(), mail(LONG + "PS.\n", from_="eve@evil.example"), False, "another From"
    ),
    "reused_id_and_a_footer_later": Pair(
        mail(), mail(LONG + "PS.\n", date=DATE + timedelta(minutes=1)), False, "another Date"
    ),
    "reused_id_and_a_footer_of_another_subject": Pair(
        mail(), mail(LONG + "PS.\n", subject="Invoice"), False, "another subject"
    ),
    "recipient_added_with_one_id": Pair(
        mail(), mail(cc="dora@x.example"), True, "the text contains itself: a list wrote itself into Cc"
    ),
    "other_zone_and_other_second": Pair(
        mail(), mail(LONG.replace("forty", "fifty"), date=DATE + timedelta(seconds=1)), False, "neither Date nor text"
    ),
    # No Message-ID, or another: only what says enough is known again.
    "other_id_by_exchange": Pair(mail(), mail(msg_id=TWO), True, "Exchange gives the Sent copy another id"),
    "no_id_twice": Pair(mail(msg_id=""), mail(msg_id=""), True, "a scanner without Message-ID, fetched twice"),
    "no_id_and_an_id": Pair(mail(msg_id=""), mail(), True, "one server on the way gave it an id"),
    "short_ok_with_other_ids": Pair(
        mail("ok\n"), mail("ok\n", msg_id=TWO), False, "fewer than 40 characters say too little"
    ),
    "short_ok_without_ids": Pair(mail("ok\n", msg_id=""), mail("ok\n", msg_id=""), False, "fewer than 40 characters"),
    "short_answer_to_a_long_quote": Pair(
        mail("ok\n" + QUOTE, msg_id=""), mail("ok\n" + QUOTE, msg_id=""), False, "what is quoted is not counted"
    ),
    "forty_characters": Pair(mail("x" * 40 + "\n", msg_id=""), mail("x" * 40 + "\n", msg_id=""), True, "40 are enough"),
    "thirty_nine_characters": Pair(
        mail("x" * 39 + "\n", msg_id=""), mail("x" * 39 + "\n", msg_id=""), False, "39 are not"
    ),
    "a_minute_later": Pair(
        mail(), mail(msg_id=TWO, date=DATE + timedelta(minutes=1)), False, "sent twice on purpose: two letters"
    ),
    "a_second_later": Pair(mail(), mail(msg_id=TWO, date=DATE + timedelta(seconds=1)), False, "the second counts"),
    "no_dates_and_no_ids": Pair(mail(msg_id="", date=None), mail(msg_id="", date=None), False, "nothing says when"),
    "footer_with_another_id": Pair(mail(), mail(LONG + "PS.\n", msg_id=TWO), False, "another id needs the same text"),
    "to_each_his_own": Pair(
        mail(to="a@x.example"), mail(to="b@x.example", msg_id=TWO), False, "a serial letter is one for each"
    ),
    "from_another": Pair(mail(), mail(msg_id=TWO, from_="Otto <otto@seller.example>"), False, "another author"),
    "other_subject_and_id": Pair(mail(), mail(msg_id=TWO, subject="Offer 2"), False, "another matter"),
    "forwarded_subject_and_id": Pair(
        mail(), mail(msg_id=TWO, subject="Fwd: Offer"), True, "the base subject is the same"
    ),
    "differing_after_2000_letters": Pair(
        mail("ab " * 1000 + "x", msg_id=""), mail("ab " * 1000 + "y", msg_id=""), True, "the first 2,000 letters count"
    ),
    "differing_before_2000_letters": Pair(
        mail("x" + "ab " * 1000, msg_id=""), mail("y" + "ab " * 1000, msg_id=""), False, "a letter differs"
    ),
}


def read(raw: bytes) -> Witness:
    message = parse(raw)
    return witness_of(message, fingerprint(message, OURS))


@pytest.mark.parametrize("name", PAIRS)
def test_one_letter_or_two(name: str) -> None:
    pair = PAIRS[name]
    one, other = read(pair.one), read(pair.other)
    assert (are_one_letter(one, other), are_one_letter(other, one)) == (pair.same, pair.same), pair.why
