"""Webhooks: where a user wants to be told of events, the events that wait, and what was sent.

A WebhookEvent is written in the transaction that did the thing, and is gone once it was laid out as deliveries.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, CompanyId, Id, JsonValue, MaybeText, MaybeTime, Ref, Text, Time

DUE = "status = 'pending'"


class Webhook(Base):
    """`events`: list of kinds. `secret` and `old_secret` are sealed; the old one signs too until `old_until`.

    `failing_since`: when the first of the tries failed after which none succeeded. `disabled_reason`: why we
    switched it off; NULL while it is on, or where its user did.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        CheckConstraint("disabled_reason IN ('gone', 'failing')", name="disabled_reason"),
        Index("ix_webhook_company_id_user_id", "company_id", "user_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    url: Mapped[Text]
    events: Mapped[JsonValue]
    description: Mapped[Text]
    active: Mapped[bool]
    secret: Mapped[Text]
    old_secret: Mapped[MaybeText]
    old_until: Mapped[MaybeTime]
    failing_since: Mapped[MaybeTime]
    disabled_reason: Mapped[MaybeText]
    created_at: Mapped[Time]


class WebhookEvent(Base):
    """`about`: ids by what they are ids of, and nothing else."""

    __tablename__ = "webhook_event"
    __table_args__ = (UniqueConstraint("company_id", "id"),)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    id: Mapped[Id]
    kind: Mapped[Text]
    about: Mapped[JsonValue]
    at: Mapped[Time]


class WebhookDelivery(Base):
    """One event for one webhook, and its own queue: pending > sent | failed | dropped (no longer for this user).

    `answer_status`, `answer` and `answer_fields` (one a line) are what was answered last, `error` what kept us from it.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "webhook_id"], ["webhook.company_id", "webhook.id"], ondelete="CASCADE"),
        CheckConstraint("status IN ('pending', 'sent', 'failed', 'dropped')", name="status"),
        Index(
            "ix_webhook_delivery_due",
            "company_id",
            "next_attempt_at",
            sqlite_where=text(DUE),
            postgresql_where=text(DUE),
        ),
        Index("ix_webhook_delivery_company_id_webhook_id_id", "company_id", "webhook_id", "id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    webhook_id: Mapped[Ref]
    kind: Mapped[Text]
    about: Mapped[JsonValue]
    at: Mapped[Time]
    status: Mapped[Text]
    attempts: Mapped[int] = mapped_column(Integer, nullable=False)
    next_attempt_at: Mapped[Time]
    lease_token: Mapped[MaybeText]
    lease_until: Mapped[MaybeTime]
    answer_status: Mapped[int | None] = mapped_column(Integer, nullable=True)
    answer: Mapped[MaybeText]
    answer_fields: Mapped[MaybeText]
    error: Mapped[MaybeText]
    created_at: Mapped[Time]
    tried_at: Mapped[MaybeTime]
