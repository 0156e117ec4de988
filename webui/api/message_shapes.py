"""What `messages` says of a letter (INTERFACE 2 and 4)."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from accounts.policies import Sharing
from mail.message import Answer, Method, Protection
from mailauth.results import Verdict
from webui.api.shape import Answered, Moment

RecordKind = Literal["contact", "organization", "deal", "lead", "project"]


class Mailbox(Answered):
    """An address with its display name, which may be empty."""

    name: str
    address: str


class Spf(Answered):
    """RFC 7208."""

    result: Literal["none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"]
    domain: str
    counts: bool
    reason: str


class Dkim(Answered):
    """One signature (RFC 6376)."""

    result: Literal["none", "pass", "fail", "policy", "neutral", "temperror", "permerror"]
    domain: str
    selector: str
    algorithm: str
    aligned: bool
    counts: bool
    reason: str


class Dmarc(Answered):
    """RFC 9989; `policy` is the published one, "" where there is none."""

    result: Literal["none", "pass", "fail", "temperror", "permerror"]
    policy: Literal["", "none", "quarantine", "reject"]
    domain: str


class Arc(Answered):
    """RFC 8617: the chain alone."""

    result: Literal["none", "pass", "fail"]
    sealers: list[str]


class Authentication(Answered):
    """Who really sent it, and how we know."""

    verdict: Verdict
    spf: Spf
    dkim: list[Dkim]
    dmarc: Dmarc
    arc: Arc
    sentence: str


class Scan(StrEnum):
    """What a scanner said of a file; an infected one cannot be downloaded (RULES R57)."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNREADABLE = "unreadable"


class Attachment(Answered):
    """A file; `size` is decoded octets. `scan`: what the operator's scanner says, null while it has not looked."""

    id: str
    filename: str
    content_type: str
    size: int
    inline: bool
    scan: Scan | None
    scan_name: str | None


class Link(Answered):
    """What the letter is about."""

    id: str
    type: RecordKind
    target_id: str
    origin: Literal["auto", "manual"]
    rule: str
    sentence: str


class Forwarded(Answered):
    """Who forwarded it, and whether the original proves its sender."""

    by: str
    proof: Literal["claimed", "proven"]


class Candidate(Answered):
    """A possible answer."""

    type: RecordKind
    id: str
    sentence: str


class Question(Answered):
    """An open question to the caller."""

    id: str
    candidates: list[Candidate]


class Copy(Answered):
    """A witness of the letter that the caller may see."""

    user_id: str
    origin: Literal["smtp", "imap", "upload", "composed"]
    sharing: Sharing


class Decision(Answered):
    """What was decided, and why."""

    step: str
    outcome: str
    rule: str
    sentence: str


class Attendee(Answered):
    """Somebody who is invited, and what he answered (RFC 5545)."""

    name: str
    address: str
    status: Answer


class Calendar(Answered):
    """The first event of a calendar in the mail; `zone` names that of `start` and `end`, which have an offset if known.

    Where `all_day` both are days, `end` the one after the last. `invited` counts all attendees, `others` more events.
    """

    method: Method
    summary: str
    description: str
    location: str
    start: str | None
    end: str | None
    zone: str
    all_day: bool
    repeats: bool
    cancelled: bool
    organizer: Mailbox | None
    attendees: list[Attendee]
    invited: int
    others: int


class Message(Answered):
    """A letter as the caller sees it; `html` is sanitised. `message_id` is the field's msg-id.

    `html`, `protection` and `calendar` are null in lists.
    """

    id: str
    thread_id: str
    message_id: str | None
    subject: str
    date: Moment | None
    received_at: Moment
    sort_at: Moment
    direction: Literal["incoming", "outgoing", "internal", "note"]
    from_: Mailbox | None = Field(alias="from")
    to: list[Mailbox]
    cc: list[Mailbox]
    snippet: str
    text: str
    new_text: str
    html: str | None
    automatic: Literal["dsn", "reply", "list", "forwarding_confirmation"] | None
    protection: Protection | None
    calendar: Calendar | None
    marks: list[str]
    attachments: list[Attachment]
    links: list[Link]
    hidden_links: int
    authentication: Authentication
    forwarded: Forwarded | None
    question: Question | None
    copies: list[Copy]
    decisions: list[Decision]
    read: bool
    archived: bool
    deleted: bool
