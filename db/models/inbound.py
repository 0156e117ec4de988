"""InboundMessage: a fact about one mail transaction, fetch or upload; and its own queue.

Status: received > processing > filed | held | discarded | failed, always with a reason.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Id, JsonValue, MaybeJson, MaybeRef, MaybeText, MaybeTime, Text, Time

DUE = "status IN ('received', 'processing')"


class InboundMessage(Base):
    """One delivery; `delivery_key` makes the same delivery the same row, whatever the way in.

    `delivery_key` (hex SHA-256) is over recipients and content for SMTP and LMTP, over account,
    mailbox, uidvalidity and uid for IMAP, over user and content for an upload.
    `owner_id`: whom a held mail belongs to (R9b), whose upload it is; NULL: nobody's.
    `reason` is a rule's name, `reason_args` its arguments as ids and values.
    `claimed_for`: number of the run, the fence of three-act work is `lease_token`.
    """

    __tablename__ = "inbound_message"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        UniqueConstraint("company_id", "delivery_key"),
        ForeignKeyConstraint(["company_id", "owner_id"], ["user_account.company_id", "user_account.id"]),
        CheckConstraint("status IN ('received', 'processing', 'filed', 'held', 'discarded', 'failed')", name="status"),
        CheckConstraint("origin IN ('smtp', 'lmtp', 'imap', 'upload', 'composed')", name="origin"),
        Index(
            "ix_inbound_message_due",
            "company_id",
            "next_attempt_at",
            sqlite_where=text(DUE),
            postgresql_where=text(DUE),
        ),
        Index("ix_inbound_message_company_id_status_id", "company_id", "status", "id"),
    )
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    id: Mapped[Id]
    delivery_key: Mapped[Text]
    origin: Mapped[Text]
    owner_id: Mapped[MaybeRef]
    envelope: Mapped[JsonValue]
    sha256: Mapped[Text]
    size: Mapped[int] = mapped_column(Integer, nullable=False)
    received_at: Mapped[Time]
    proof: Mapped[MaybeJson]
    status: Mapped[Text]
    reason: Mapped[MaybeText]
    reason_args: Mapped[MaybeJson]
    attempts: Mapped[int] = mapped_column(Integer, nullable=False)
    next_attempt_at: Mapped[Time]
    lease_token: Mapped[MaybeText]
    lease_until: Mapped[MaybeTime]
    held_until: Mapped[MaybeTime]
    discarded_at: Mapped[MaybeTime]
    released_at: Mapped[MaybeTime]
    released_by: Mapped[MaybeRef]
