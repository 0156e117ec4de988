"""What a scanner said of attachments.

Revision ID: 0030_scans
Revises: 0029_templates
"""

from __future__ import annotations

revision = "0030_scans"
down_revision = "0029_templates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
