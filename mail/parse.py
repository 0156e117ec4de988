"""Reading a mail: any octets in, one value out; never raises, never recurses on what the mail says.

The order is that of SECURITY M1 to M4: limits before structured reading, each step one pass over what it reads. That
is why no child process is needed: 50 levels, 1,000 parts, 256 KiB of header, 2 MiB of text bound the work whatever the
size of the mail, and what lies beyond a bound is kept as one file and named in `defects`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from mail.address import parse_address_list
from mail.attachment import list_attachments
from mail.automatic import find_automatic
from mail.body import Body, body_html, body_text, read_body
from mail.calendar_part import find_invitation, is_calendar
from mail.date import parse_date
from mail.encoded_word import decode_words
from mail.forward import find_forwarded
from mail.from_field import read_from_field
from mail.header import Header, field_text
from mail.message import Address, Automatic, Invitation, Method, ParsedMessage
from mail.message_id import parse_message_id, parse_references
from mail.opening import Openings
from mail.part import Part
from mail.protection import find_protection
from mail.quote import new_text
from mail.returned_mail import returned_id
from mail.structure import leaves, read_structure

GIVEN_TWICE: Final = "given twice: "
ELSEWHERE: Final = {
    "message/partial": "a piece of a mail: pieces are never joined",
    "message/external-body": "what it names lies elsewhere: it is never fetched",
}
"""Parts whose content is not in the mail (RFC 2046 §5.2, SECURITY M9)."""
_ONCE: Final = ("from", "sender", "subject", "message-id", "date", "content-type", "mime-version")
"""RFC 5322 §3.6: at most one of each."""


def parse(raw: bytes) -> ParsedMessage:
    """Read a mail; what cannot be read is left empty and named in `defects`."""
    root = read_structure(raw)
    body = read_body(root)
    header, hint = root.header, _charset_hint(body)
    invitation = find_invitation(body.files)
    text, html = _text(body, invitation), body_html(body)
    openings = Openings(text)
    attachments = list_attachments(body.files)
    automatic = find_automatic(root, leaves(root), text) or _answers(invitation)
    subject = _unfold(decode_words(_field(header, "subject", hint)))
    from_ = _authors(header, hint)
    return ParsedMessage(
        message_id=parse_message_id(header.text("message-id")),
        in_reply_to=_answered(root, automatic, text),
        references=parse_references(header.text("references")),
        from_=from_,
        sender=next(iter(_mailboxes([_field(header, "sender", hint)])), None),
        reply_to=_every_mailbox(header, "reply-to", hint),
        to=_every_mailbox(header, "to", hint),
        cc=_every_mailbox(header, "cc", hint),
        subject=subject,
        date=parse_date(header.text("date")) if len(header.every("date")) == 1 else None,
        text=text,
        html=html,
        new_text=new_text(openings, author=from_[0] if from_ else None),
        attachments=attachments,
        automatic=automatic,
        protection=find_protection(root, body.files, text),
        invitation=invitation,
        forwarded=find_forwarded(root, body.files, openings, subject, automatic),
        header=tuple((name, value.decode("latin-1").replace("\x00", "\ufffd")) for name, value in header.fields),
        defects=_defects(root, header),
    )


def attachment_content(raw: bytes, position: int) -> bytes:
    """Answer the decoded octets of the attachment at that position; raises IndexError where there is none."""
    files = read_body(read_structure(raw)).files
    if position < 0:
        raise IndexError(position)
    return files[position].decoded()


def attachment_contents(raw: bytes) -> Iterator[bytes]:
    """Answer the decoded octets of every attachment in order, each when it is asked for."""
    for part in read_body(read_structure(raw)).files:
        yield part.decoded()


def _field(header: Header, name: str, hint: str | None) -> str:
    value = header.first(name)
    return field_text(value, hint) if value else ""


def _answered(root: Part, automatic: Automatic | None, text: str) -> tuple[str, ...]:
    """Answer what In-Reply-To names; a report belongs to the mail that it returns, whether it says so there or not."""
    named = parse_references(root.header.text("in-reply-to"))
    if automatic is not Automatic.DSN and root.content_type != "multipart/report":
        return named
    returned = returned_id(leaves(root), text)
    return tuple(dict.fromkeys((*named, returned))) if returned else named


def _authors(header: Header, hint: str) -> tuple[Address, ...]:
    """Answer whom From names: where that is one mailbox, the one that the gate reads (SECURITY 4.1).

    A tolerant reading finds addresses in comments too, and guesses charsets; what was proved would then be
    another address than the one that is shown and linked.
    """
    tolerant = _mailboxes([_field(header, "from", hint)])
    author = read_from_field(header.first("from") or b"")
    if author is None:
        return tolerant
    return (Address(tolerant[0].name if len(tolerant) == 1 else "", author.addr_spec),)


def _every_mailbox(header: Header, name: str, hint: str) -> tuple[Address, ...]:
    """RFC 5322 §3.6 allows each field once; what is given again is read all the same, without guessing charsets."""
    values = header.every(name)
    return _mailboxes(field_text(value, None if number else hint) for number, value in enumerate(values))


def _mailboxes(values: Iterable[str]) -> tuple[Address, ...]:
    return tuple(address for value in values for address in parse_address_list(value))


def _text(body: Body, invitation: Invitation | None) -> str:
    """Answer the text; of a mail that is nothing but a calendar what the event says of itself."""
    if invitation is not None and body.text and all(is_calendar(part) for part in body.text):
        return invitation.description
    return body_text(body)


def _answers(invitation: Invitation | None) -> Automatic | None:
    """A calendar program answered (RFC 5546 §3.2.3); who only moves his answer on wrote nothing."""
    return Automatic.REPLY if invitation is not None and invitation.method is Method.REPLY else None


def _unfold(text: str) -> str:
    return " ".join(text.split())


def _charset_hint(body: Body) -> str:
    """Raw octets in a header are mostly of the charset that the text declares."""
    return next((part.parameters["charset"] for part in body.text if part.parameters.get("charset")), "")


def _defects(root: Part, header: Header) -> tuple[str, ...]:
    parts = leaves(root)
    twice = [GIVEN_TWICE + name for name in _ONCE if len(header.every(name)) > 1]
    pieces = [ELSEWHERE[part.content_type] for part in parts if part.content_type in ELSEWHERE]
    return tuple(dict.fromkeys([*root.defects, *(d for part in parts for d in part.defects), *pieces, *twice]))
