"""Requests to see a letter, and what the owners of its copies said.

Revision ID: 0025_access_requests
Revises: 0024_thread_choices
"""

from __future__ import annotations

from alembic import op

from db.migrations.vocabulary import big, index, one_of, refers, tenant_table, text, time, unique

revision = "0025_access_requests"
down_revision = "0024_thread_choices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "access_request",
        big("asker_id"),
        text("asked"),
        big("message_id", null=True),
        time("created_at"),
        unique("access_request", "company_id", "asker_id", "asked"),
        refers("access_request", "asker_id", "user_account"),
    )
    index("ix_access_request_company_id_message_id", "access_request", "company_id", "message_id")
    tenant_table(
        "access_grant",
        big("copy_id"),
        big("owner_id"),
        big("viewer_id"),
        text("state"),
        time("decided_at"),
        one_of("access_grant", "state", ("granted", "refused")),
        unique("access_grant", "company_id", "copy_id", "viewer_id"),
        refers("access_grant", "copy_id", "message_copy", cascade=True),
        refers("access_grant", "owner_id", "user_account"),
        refers("access_grant", "viewer_id", "user_account"),
    )
    index("ix_access_grant_company_id_viewer_id", "access_grant", "company_id", "viewer_id")


def downgrade() -> None:
    op.drop_table("access_grant")
    op.drop_table("access_request")
