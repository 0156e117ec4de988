"""What a scanner said of attachments.

Revision ID: 0030_scans
Revises: 0029_templates
"""

from __future__ import annotations

from alembic import op

from db.migrations.vocabulary import big, index, one_of, primary, text, time

revision = "0030_scans"
down_revision = "0029_templates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_scan",
        big("company_id"),
        text("sha256"),
        text("verdict"),
        text("name"),
        time("scanned_at"),
        one_of("content_scan", "verdict", ("clean", "infected")),
        primary("content_scan", "company_id", "sha256"),
    )
    op.add_column("attachment", text("scan", null=True))
    op.add_column("attachment", text("scan_name", null=True))
    index("ix_attachment_unscanned", "attachment", "id", where="scan IS NULL")


def downgrade() -> None:
    op.drop_index("ix_attachment_unscanned", "attachment")
    op.drop_column("attachment", "scan_name")
    op.drop_column("attachment", "scan")
    op.drop_table("content_scan")
