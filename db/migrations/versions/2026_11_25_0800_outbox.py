"""What we send: mails, what was heard of each, where they go, and the keys that sign them.

Revision ID: 0016_outbox
Revises: 0015_day_counts
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import (
    big,
    column,
    index,
    of_company,
    one_of,
    primary,
    refers,
    tenant_table,
    text,
    time,
    unique,
)

revision = "0016_outbox"
down_revision = "0015_day_counts"
branch_labels = None
depends_on = None

WAITING = "status IN ('queued', 'sending')"
LEASED = "lease_token IS NOT NULL"


def upgrade() -> None:
    _outbox_message()
    _delivery_attempt()
    op.create_table(
        "sending_pause",
        big("company_id"),
        time("since"),
        primary("sending_pause", "company_id"),
        of_company("sending_pause"),
    )
    op.create_table(
        "destination",
        text("name"),
        column("strikes", sa.Integer()),
        time("paused_until", null=True),
        column("code", sa.Integer(), null=True),
        time("minute"),
        column("in_minute", sa.Integer()),
        primary("destination", "name"),
    )
    op.create_table(
        "signing_key",
        text("domain"),
        text("selector"),
        text("sealed"),
        text("public"),
        time("created_at"),
        primary("signing_key", "domain"),
    )


def downgrade() -> None:
    for table in ("signing_key", "destination", "sending_pause", "delivery_attempt", "outbox_message"):
        op.drop_table(table)


def _delivery_attempt() -> None:
    tenant_table(
        "delivery_attempt",
        big("outbox_id"),
        text("source"),
        big("inbound_id", null=True),
        time("at"),
        text("host"),
        column("code", sa.Integer(), null=True),
        text("reply"),
        one_of("delivery_attempt", "source", ("try", "report", "answer")),
        refers("delivery_attempt", "outbox_id", "outbox_message", cascade=True),
    )
    index("ix_delivery_attempt_company_id_outbox_id", "delivery_attempt", "company_id", "outbox_id")


def _outbox_message() -> None:
    tenant_table(
        "outbox_message",
        text("key"),
        text("kind"),
        big("user_id", null=True),
        text("forward_path"),
        text("domain"),
        column("reports", sa.Boolean()),
        column("content", sa.LargeBinary()),
        text("status"),
        column("attempts", sa.Integer()),
        time("next_attempt_at"),
        text("lease_token", null=True),
        time("lease_until", null=True),
        text("last_reply", null=True),
        time("created_at"),
        time("give_up_at"),
        time("ended_at", null=True),
        one_of("outbox_message", "kind", ("notice", "confirmation", "answer", "composed")),
        one_of("outbox_message", "status", ("queued", "sending", "sent", "failed", "unknown", "cancelled")),
        unique("outbox_message", "company_id", "key"),
        refers("outbox_message", "user_id", "user_account"),
    )
    index("ix_outbox_message_waiting", "outbox_message", "company_id", "next_attempt_at", where=WAITING)
    index("ix_outbox_message_leased", "outbox_message", "domain", where=LEASED)
    index("ix_outbox_message_company_id_status_id", "outbox_message", "company_id", "status", "id")
