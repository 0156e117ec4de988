"""Events, webhooks and their deliveries.

Revision ID: 0028_webhooks
Revises: 0027_retention
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import big, column, index, json, of_company, one_of, refers, tenant_table, text, time

revision = "0028_webhooks"
down_revision = "0027_retention"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "webhook",
        big("user_id"),
        text("url"),
        json("events"),
        text("description"),
        column("active", sa.Boolean()),
        text("secret"),
        text("old_secret", null=True),
        time("old_until", null=True),
        time("failing_since", null=True),
        text("disabled_reason", null=True),
        time("created_at"),
        one_of("webhook", "disabled_reason", ("gone", "failing")),
        refers("webhook", "user_id", "user_account"),
    )
    index("ix_webhook_company_id_user_id", "webhook", "company_id", "user_id")
    tenant_table(
        "webhook_event",
        text("kind"),
        json("about"),
        time("at"),
        of_company("webhook_event"),
    )
    _deliveries()


def downgrade() -> None:
    op.drop_table("webhook_delivery")
    op.drop_table("webhook_event")
    op.drop_table("webhook")


def _deliveries() -> None:
    tenant_table(
        "webhook_delivery",
        big("webhook_id"),
        text("kind"),
        json("about"),
        time("at"),
        text("status"),
        column("attempts", sa.Integer()),
        time("next_attempt_at"),
        text("lease_token", null=True),
        time("lease_until", null=True),
        column("answer_status", sa.Integer(), null=True),
        text("answer", null=True),
        text("error", null=True),
        time("created_at"),
        time("tried_at", null=True),
        one_of("webhook_delivery", "status", ("pending", "sent", "failed", "dropped")),
        refers("webhook_delivery", "webhook_id", "webhook", cascade=True),
    )
    index("ix_webhook_delivery_due", "webhook_delivery", "company_id", "next_attempt_at", where="status = 'pending'")
    index("ix_webhook_delivery_company_id_webhook_id_id", "webhook_delivery", "company_id", "webhook_id", "id")
