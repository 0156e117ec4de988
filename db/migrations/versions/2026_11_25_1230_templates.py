"""Templates and signatures.

Revision ID: 0029_templates
Revises: 0028_webhooks
"""

from __future__ import annotations

revision = "0029_templates"
down_revision = "0028_webhooks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
