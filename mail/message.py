"""The values that reading a mail gives: what `mail.parse.parse` answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

TOO_COMPLEX: Final = "too complex: the rest is shown as one file"


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: display name (decoded, may be empty) and addr-spec as written."""

    name: str
    address: str


class Automatic(StrEnum):
    """What kind of automatic mail this is (RFC 3464, 3834, 2369)."""

    DSN = "dsn"
    REPLY = "reply"
    LIST = "list"
    FORWARDING_CONFIRMATION = "forwarding_confirmation"


class Protection(StrEnum):
    """What a mail says that protects it; whether that is true, nobody has checked."""

    SIGNED = "signed"
    ENCRYPTED = "encrypted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A part that is shown as a file, inline parts and message/rfc822 included.

    `size` is decoded octets, `filename` carries no path (SECURITY M7), `position` counts from 0 in
    document order and is what `mail.parse.attachment_content(raw, position)` takes.
    """

    position: int
    filename: str
    content_type: str
    size: int
    inline: bool
    content_id: str | None


class Method(StrEnum):
    """What the calendar is for (RFC 5546 §1.4)."""

    PUBLISH = "publish"
    REQUEST = "request"
    REPLY = "reply"
    ADD = "add"
    CANCEL = "cancel"
    REFRESH = "refresh"
    COUNTER = "counter"
    DECLINECOUNTER = "declinecounter"


class Answer(StrEnum):
    """What somebody who is invited said (RFC 5545 §3.2.12)."""

    NEEDS_ACTION = "needs-action"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    DELEGATED = "delegated"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who is invited."""

    who: Address
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One event, all of it a claim of whoever wrote the mail.

    `start` and `end` are aware; days where the event takes whole days, `end` is then the day after the last; naive
    where `zone` names no zone that we know. `attendees` are the first of `invited`; `others` counts the events of the
    calendar besides this one.
    """

    method: Method
    summary: str
    description: str
    location: str
    start: datetime | date | None
    end: datetime | date | None
    zone: str
    organizer: Address | None
    attendees: tuple[Attendee, ...]
    invited: int
    repeats: bool
    cancelled: bool
    others: int

    @property
    def all_day(self) -> bool:
        """Tell whether it takes whole days."""
        return self.start is not None and not isinstance(self.start, datetime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """An original found inside a forward; `date` is RFC 3339, or the text as found."""

    from_: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: str | None
    text: str
    raw: bytes | None = None
    """The whole original where it was attached as message/rfc822, else None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMessage:
    """Everything we read from one mail; never carries lone surrogates or NUL."""

    message_id: str | None
    """The msg-id with its angle brackets, None where missing."""
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    from_: tuple[Address, ...]
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    """Aware UTC, None where missing, unreadable or given twice."""
    text: str
    html: str | None
    """The first HTML part as decoded, not sanitised."""
    new_text: str
    attachments: tuple[Attachment, ...] = ()
    automatic: Automatic | None = None
    protection: Protection | None = None
    invitation: Invitation | None = None
    forwarded: tuple[Forwarded, ...] = ()
    header: tuple[tuple[str, str], ...] = ()
    """Header fields in order: lower-case name, unfolded undecoded value (latin-1 safe text)."""
    defects: tuple[str, ...] = field(default=())

    @property
    def too_complex(self) -> bool:
        """Tell whether a part of it is shown as one file because it has too many parts or levels."""
        return TOO_COMPLEX in self.defects

    def first(self, name: str) -> str | None:
        """Answer the first field of that lower-case name, or None."""
        return next((value for key, value in self.header if key == name), None)
