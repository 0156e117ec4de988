"""Builders of mails: the same arguments give the same bytes, every line ends with CRLF."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

DATE: Final = datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)
EML: Final = Path(__file__).resolve().parents[1] / "eml"


@dataclass(frozen=True, slots=True)
class File:
    """An attachment to build; `inline` with `content_id` makes an inline part."""

    filename: str
    content: bytes
    content_type: str = "application/octet-stream"
    inline: bool = False
    content_id: str | None = None


def a_message(
    *,
    from_: str = "Rita Rep <rita@seller.example>",
    to: str | Sequence[str] = "Carl Customer <carl@customer.example>",
    cc: str | Sequence[str] = (),
    subject: str = "Offer",
    text: str | None = "Hello Carl,\nhere is the offer.\n",
    html: str | None = None,
    attachments: Sequence[File] = (),
    in_reply_to: str | None = None,
    references: Sequence[str] = (),
    message_id: str | None = None,
    date: datetime | None = DATE,
    extra: Mapping[str, str] | None = None,
) -> bytes:
    """Answer a whole mail; `message_id` defaults to one made from the content, "" leaves it out."""
    body = _body(text, html, attachments)
    if message_id is None:
        digest = hashlib.sha256(repr((from_, to, cc, subject, date)).encode() + body).hexdigest()
        message_id = f"<{digest[:24]}@{_domain(from_)}>"
    fields = [
        ("From", _mailboxes(from_)),
        ("To", _mailboxes(to)),
        ("Cc", _mailboxes(cc)),
        ("Subject", _words(subject)),
        ("Date", format_datetime(date) if date else ""),
        ("Message-ID", message_id),
        ("In-Reply-To", in_reply_to or ""),
        ("References", " ".join(references)),
        *(extra or {}).items(),
        ("MIME-Version", "1.0"),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields if value or name == "Subject")
    return head.encode() + body


def eml(name: str) -> bytes:
    """Answer the bytes of tests/eml/NAME/message.eml with CRLF line ends."""
    raw = (EML / name / "message.eml").read_bytes()
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _body(text: str | None, html: str | None, attachments: Sequence[File]) -> bytes:
    parts = [_text_part(kind, shown) for kind, shown in (("plain", text), ("html", html)) if shown is not None]
    part = _multipart("alternative", parts) if len(parts) > 1 else (parts or [_text_part("plain", "")])[0]
    if attachments:
        part = _multipart("mixed", [part, *map(_file_part, attachments)])
    return part


def _text_part(subtype: str, text: str) -> bytes:
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\n"
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n")
    if lines.isascii() and all(len(line) <= 200 for line in lines.split("\r\n")):
        return f"{head}Content-Transfer-Encoding: 7bit\r\n\r\n{lines}".encode()
    return f"{head}Content-Transfer-Encoding: base64\r\n\r\n".encode() + _base64(lines.encode("utf-8", "surrogatepass"))


def _file_part(file: File) -> bytes:
    disposition = "inline" if file.inline else "attachment"
    name = file.filename.replace("\\", "\\\\").replace('"', '\\"')
    head = f"Content-Type: {file.content_type}\r\n"
    if file.filename.isascii():
        head += f'Content-Disposition: {disposition}; filename="{name}"\r\n'
    else:
        coded = "".join(f"%{octet:02X}" for octet in file.filename.encode())
        head += f"Content-Disposition: {disposition}; filename*=utf-8''{coded}\r\n"
    if file.content_id:
        head += f"Content-ID: <{file.content_id}>\r\n"
    if file.content_type.startswith("message/"):
        return head.encode() + b"\r\n" + file.content
    return head.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + _base64(file.content)


def _multipart(subtype: str, parts: Sequence[bytes]) -> bytes:
    boundary = "=_" + hashlib.sha256(b"".join(parts)).hexdigest()[:24]
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return head.encode() + body + b"--" + boundary.encode() + b"--\r\n"


def _base64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def _mailboxes(given: str | Sequence[str]) -> str:
    return ", ".join(_mailbox(one) for one in ([given] if isinstance(given, str) else given))


def _mailbox(mailbox: str) -> str:
    if mailbox.isascii() or "<" not in mailbox:
        return mailbox
    name, _, rest = mailbox.rpartition("<")
    return f"{_words(name.strip())} <{rest}"


def _words(value: str) -> str:
    """RFC 2047: encoded-words of whole characters, each under 75 octets, folded."""
    if value.isascii() and value.isprintable() and len(value) < 900:
        return value
    chunks = [value[start : start + 10] for start in range(0, len(value), 10)]
    words = (base64.b64encode(chunk.encode("utf-8", "surrogatepass")).decode() for chunk in chunks)
    return "\r\n ".join(f"=?utf-8?b?{word}?=" for word in words)


def _domain(mailbox: str) -> str:
    return mailbox.rpartition("@")[2].strip("> ") or "localhost"
