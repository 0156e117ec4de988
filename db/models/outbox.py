"""OutboxMessage: a mail that we send, and its own queue; DeliveryAttempt: what was heard of it.

Status: queued > sending > sent | failed | unknown | cancelled. `sending` is committed before the last
dot, so that a mail whose outcome nobody wrote down is known as that (RULES R47).
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CompanyId, Id, MaybeRef, MaybeText, MaybeTime, Ref, Text, Time

WAITING = "status IN ('queued', 'sending')"
LEASED = "lease_token IS NOT NULL"


class OutboxMessage(Base):
    """One mail to one address.

    `key` is what makes two requests one mail. `user_id`: whose affair it is, NULL the company's.
    `reports`: whether a failure is to come back to a return address of ours; without it the
    reverse-path is null. `domain` is that of `forward_path`. `content` is unsigned, and empty once
    nobody can want it any more. After `give_up_at` it is not tried again.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        UniqueConstraint("company_id", "key"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        CheckConstraint("kind IN ('notice', 'confirmation', 'answer', 'composed')", name="kind"),
        CheckConstraint("status IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'cancelled')", name="status"),
        Index(
            "ix_outbox_message_waiting",
            "company_id",
            "next_attempt_at",
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
        Index(
            "ix_outbox_message_leased",
            "domain",
            sqlite_where=text(LEASED),
            postgresql_where=text(LEASED),
        ),
        Index("ix_outbox_message_company_id_status_id", "company_id", "status", "id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    key: Mapped[Text]
    kind: Mapped[Text]
    user_id: Mapped[MaybeRef]
    forward_path: Mapped[Text]
    domain: Mapped[Text]
    reports: Mapped[bool]
    content: Mapped[bytes] = mapped_column(LargeBinary, nullable=False)
    status: Mapped[Text]
    attempts: Mapped[int] = mapped_column(Integer, nullable=False)
    next_attempt_at: Mapped[Time]
    lease_token: Mapped[MaybeText]
    lease_until: Mapped[MaybeTime]
    last_reply: Mapped[MaybeText]
    created_at: Mapped[Time]
    give_up_at: Mapped[Time]
    ended_at: Mapped[MaybeTime]


class DeliveryAttempt(Base):
    """What one try, delivery report or answering machine said of a mail.

    `host` is the server asked, or whoever reported; `code` its last basic reply code, NULL without one.
    `inbound_id`: the mail in which a report or answer came; it may be gone meanwhile.
    """

    __tablename__ = "delivery_attempt"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(
            ["company_id", "outbox_id"], ["outbox_message.company_id", "outbox_message.id"], ondelete="CASCADE"
        ),
        CheckConstraint("source IN ('try', 'report', 'answer')", name="source"),
        Index("ix_delivery_attempt_company_id_outbox_id", "company_id", "outbox_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    outbox_id: Mapped[Ref]
    source: Mapped[Text]
    inbound_id: Mapped[MaybeRef]
    at: Mapped[Time]
    host: Mapped[Text]
    code: Mapped[int | None] = mapped_column(Integer, nullable=True)
    reply: Mapped[Text]
