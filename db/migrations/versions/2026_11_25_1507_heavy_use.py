"""Indexes for millions of letters: a user's unread, archived and deleted mail without a walk through all he has.

Revision ID: 0037_heavy_use
Revises: 0036_dns_checks
"""

from __future__ import annotations

from alembic import op

from db.migrations.vocabulary import index, is_postgresql

revision = "0037_heavy_use"
down_revision = "0036_dns_checks"
branch_labels = None
depends_on = None

COLUMNS = ("company_id", "owner_id", "sort_at", "id")


def upgrade() -> None:
    on_postgresql = is_postgresql()
    index("ix_message_copy_unread", "message_copy", *COLUMNS, where="NOT read" if on_postgresql else "read = 0")
    index("ix_message_copy_archived", "message_copy", *COLUMNS, where="archived" if on_postgresql else "archived = 1")
    index("ix_message_copy_deleted", "message_copy", *COLUMNS, where="deleted_at IS NOT NULL")


def downgrade() -> None:
    for name in ("deleted", "archived", "unread"):
        op.drop_index(f"ix_message_copy_{name}", "message_copy")
