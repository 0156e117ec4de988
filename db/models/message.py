"""Message: the letter, only what every witness shows alike; served only through a MessageCopy."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CompanyId, Id, MaybeText, MaybeTime, Ref, Text, Time


class Message(Base):
    """A letter; `message_id` is its msg-id with angle brackets, `content_digest` is over all that is shown of it."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        UniqueConstraint("company_id", "content_digest"),
        ForeignKeyConstraint(["company_id", "thread_id"], ["thread.company_id", "thread.id"]),
        Index("ix_message_company_id_message_id", "company_id", "message_id"),
        Index("ix_message_company_id_fingerprint", "company_id", "fingerprint"),
        Index("ix_message_company_id_thread_id", "company_id", "thread_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    thread_id: Mapped[Ref]
    message_id: Mapped[MaybeText]
    fingerprint: Mapped[Text]
    fingerprint_version: Mapped[int] = mapped_column(Integer, nullable=False)
    content_digest: Mapped[Text]
    subject: Mapped[Text]
    base_subject: Mapped[Text]
    date: Mapped[MaybeTime]
    from_name: Mapped[Text]
    from_address: Mapped[Text]
    from_key: Mapped[Text]
    text: Mapped[Text]
    new_text: Mapped[Text]
    snippet: Mapped[Text]
    has_html: Mapped[bool] = mapped_column(Boolean, nullable=False)
    automatic: Mapped[MaybeText]
    created_at: Mapped[Time]


class MessageAddress(Base):
    """One address of a header field: from | sender | reply_to | to | cc, in order."""

    __tablename__ = "message_address"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "message_id", "field", "position"),
        ForeignKeyConstraint(["company_id", "message_id"], ["message.company_id", "message.id"], ondelete="CASCADE"),
        Index("ix_message_address_company_id_address_key", "company_id", "address_key"),
    )
    company_id: Mapped[CompanyId]
    message_id: Mapped[Ref]
    field: Mapped[Text]
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[Text]
    address: Mapped[Text]
    address_key: Mapped[Text]


class MessageReference(Base):
    """A msg-id that a letter names: kind own | in_reply_to | references (RFC 5322 §3.6.4)."""

    __tablename__ = "message_reference"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "message_id", "kind", "position"),
        ForeignKeyConstraint(["company_id", "message_id"], ["message.company_id", "message.id"], ondelete="CASCADE"),
        Index("ix_message_reference_company_id_msg_id", "company_id", "msg_id"),
    )
    company_id: Mapped[CompanyId]
    message_id: Mapped[Ref]
    kind: Mapped[Text]
    position: Mapped[int] = mapped_column(Integer)
    msg_id: Mapped[Text]


class Attachment(Base):
    """A file of a letter; its content is read from the raw bytes by position.

    `scan`: clean | infected | unreadable, None until a scanner has seen it (RULES R57).
    """

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        UniqueConstraint("company_id", "message_id", "position"),
        ForeignKeyConstraint(["company_id", "message_id"], ["message.company_id", "message.id"], ondelete="CASCADE"),
        Index(
            "ix_attachment_unscanned",
            "id",
            sqlite_where=text("scan IS NULL"),
            postgresql_where=text("scan IS NULL"),
        ),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    message_id: Mapped[Ref]
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    filename: Mapped[Text]
    content_type: Mapped[Text]
    size: Mapped[int] = mapped_column(Integer, nullable=False)
    inline: Mapped[bool] = mapped_column(Boolean, nullable=False)
    content_id: Mapped[MaybeText]
    scan: Mapped[MaybeText]
    scan_name: Mapped[MaybeText]
