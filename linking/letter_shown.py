"""How a letter is shown: as every witness shows it, or as the chosen copy alone does (RULES R29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from accounts.viewer import Viewer
from db.models import Message, MessageCopy
from db.raw import RawMissing
from languages.speech import marked
from linking.letter import Letter, LetterAttachment
from linking.letter_content import ReadRaw, content_of
from linking.letter_parts import Parts
from mail.body import snippet
from mail.message import Address, ParsedMessage
from mailauth.results import Proof
from mailauth.said import in_words
from mailauth.stored import from_stored
from mailauth.verdict import not_evaluated

NOT_CHECKED: Final = marked("The sender was not checked, because the mail was not received from a stranger.")


@dataclass(frozen=True, slots=True)
class Shown:
    """A chosen copy, its letter, and what the copy's own bytes say where they were read."""

    copy: MessageCopy
    message: Message
    content: ParsedMessage | None = None

    @property
    def differs(self) -> bool:
        """Tell whether the copy shows something else than its letter does."""
        return self.copy.content_digest != self.message.content_digest

    @property
    def own(self) -> ParsedMessage | None:
        """Answer the copy's own content where it is what must be shown."""
        return self.content if self.differs else None

    def addresses(self, field: str, parts: Parts) -> tuple[Address, ...]:
        """Answer To or Cc."""
        if self.own is None:
            return tuple(parts.addresses[self.copy.message_id, field])
        return self.own.to if field == "to" else self.own.cc


def shown_by_letter(copy: MessageCopy, message: Message) -> Shown:
    """Show what the letter's rows say."""
    return Shown(copy, message)


def shown_by_itself(copy: MessageCopy, message: Message, read_raw: ReadRaw) -> Shown:
    """Show what the copy's own bytes say; nothing where they are gone."""
    try:
        raw = read_raw(copy.sha256)
    except RawMissing:
        # Another witness's text must not stand in for it: that one may be private.
        raw = b""
    return Shown(copy, message, content_of(raw, copy.inner_path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a letter says by whichever tells: its rows or the copy's own content."""

    message_id: str | None
    subject: str
    date: datetime | None
    automatic: str | None
    from_: Address | None
    snippet: str
    text: str
    new_text: str
    has_html: bool
    attachments: tuple[LetterAttachment, ...]


def as_letter(viewer: Viewer, shown: Shown, parts: Parts, thread_id: int) -> Letter:
    """Put the letter together as the viewer sees it."""
    copy, owned = shown.copy, shown.copy.owner_id == viewer.user_id
    said = _said_by_copy(shown.own) if shown.own else _said_by_letter(shown.message, parts)
    return Letter(
        id=copy.message_id,
        copy_id=copy.id,
        owner_id=copy.owner_id,
        owned=owned,
        thread_id=thread_id,
        message_id=said.message_id,
        subject=said.subject,
        date=said.date,
        received_at=copy.received_at,
        sort_at=copy.sort_at,
        direction=copy.direction,
        kind=copy.kind,
        automatic=said.automatic,
        marks=tuple(copy.marks or ()),
        from_=said.from_,
        to=parts.without_dropboxes(shown.addresses("to", parts)),
        cc=parts.without_dropboxes(shown.addresses("cc", parts)),
        snippet=said.snippet,
        text=said.text,
        new_text=said.new_text,
        has_html=said.has_html,
        **_read_alone(shown.content),
        attachments=said.attachments,
        links=tuple(parts.links[copy.message_id]),
        hidden_links=parts.hidden_links[copy.message_id],
        proof=_proof(copy, said.from_),
        forwarded=copy.forwarded,
        question=parts.questions.get(copy.message_id),
        copies=tuple(parts.copies[copy.message_id]),
        decisions=parts.decisions[copy.id],
        names=parts.names,
        **_state(copy, owned),
    )


def _read_alone(content: ParsedMessage | None) -> dict[str, Any]:
    """Answer what is read where a single letter is."""
    return {
        "html": content.html if content else None,
        "protection": content.protection if content else None,
        "invitation": content.invitation if content else None,
        "too_complex": content is not None and content.too_complex,
    }


def _state(copy: MessageCopy, owned: bool) -> dict[str, Any]:
    return {
        "read": owned and copy.read,
        "archived": owned and copy.archived,
        "deleted": owned and copy.deleted_at is not None,
    }


def _said_by_letter(message: Message, parts: Parts) -> Said:
    return Said(
        message_id=message.message_id,
        subject=message.subject,
        date=message.date,
        automatic=message.automatic,
        from_=Address(message.from_name, message.from_address) if message.from_address else None,
        snippet=message.snippet,
        text=message.text,
        new_text=message.new_text,
        has_html=message.has_html,
        attachments=tuple(parts.attachments[message.id]),
    )


def _said_by_copy(content: ParsedMessage) -> Said:
    return Said(
        message_id=content.message_id,
        subject=content.subject,
        date=content.date,
        automatic=str(content.automatic) if content.automatic else None,
        from_=content.from_[0] if content.from_ else None,
        snippet=snippet(content.new_text),
        text=content.text,
        new_text=content.new_text,
        has_html=content.html is not None,
        attachments=_attachments(content),
    )


def _attachments(content: ParsedMessage) -> tuple[LetterAttachment, ...]:
    """A copy's own files have no rows: their place is their id, which no id made by time can equal."""
    return tuple(
        LetterAttachment(
            id=one.position,
            position=one.position,
            filename=one.filename,
            content_type=one.content_type,
            size=one.size,
            inline=one.inline,
            content_id=one.content_id,
        )
        for one in content.attachments
    )


def _proof(copy: MessageCopy, from_: Address | None) -> Proof:
    proof = from_stored(copy.proof) if copy.proof else not_evaluated(from_.address if from_ else "", NOT_CHECKED)
    return in_words(proof)
