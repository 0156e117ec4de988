"""Indexes for millions of letters and records.

A user's unread, archived and deleted mail without a walk through all he has; the company's address among records'.

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
    index("ix_bcc_address_company_id_kind_id", "bcc_address", "company_id", "kind", "id")
    index("ix_message_copy_deleted", "message_copy", *COLUMNS, where="deleted_at IS NOT NULL")


def downgrade() -> None:
    op.drop_index("ix_bcc_address_company_id_kind_id", "bcc_address")
    for name in ("deleted", "archived", "unread"):
        op.drop_index(f"ix_message_copy_{name}", "message_copy")
