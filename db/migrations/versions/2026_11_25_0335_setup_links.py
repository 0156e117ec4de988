"""The one-time link that sets up an empty installation.

Revision ID: 0014_setup_links
Revises: 0013_address_grace
"""

from __future__ import annotations

revision = "0014_setup_links"
down_revision = "0013_address_grace"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
