"""What forwarding services ask to confirm, and how often an address was proved.

Revision ID: 0020_forwarding
Revises: 0019_app_passwords
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import big, column, index, of_company, primary, refers, tenant_table, text, time, unique

revision = "0020_forwarding"
down_revision = "0019_app_passwords"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "forward_request",
        big("user_id"),
        big("inbound_id"),
        text("service"),
        text("account", null=True),
        text("code", null=True),
        text("link", null=True),
        time("received_at"),
        time("dismissed_at", null=True),
        unique("forward_request", "company_id", "inbound_id"),
        refers("forward_request", "user_id", "user_account"),
        refers("forward_request", "inbound_id", "inbound_message", cascade=True),
    )
    index("ix_forward_request_company_id_user_id", "forward_request", "company_id", "user_id")
    op.create_table(
        "sender_ratchet",
        big("company_id"),
        text("address_key"),
        column("proved", sa.Integer()),
        text("weak_day"),
        column("weak_count", sa.Integer()),
        primary("sender_ratchet", "company_id", "address_key"),
        of_company("sender_ratchet"),
    )


def downgrade() -> None:
    op.drop_table("sender_ratchet")
    op.drop_table("forward_request")
