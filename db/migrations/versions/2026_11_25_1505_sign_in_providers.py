"""Where a company's users may sign in instead.

Revision ID: 0035_sign_in_providers
Revises: 0034_passkeys
"""

from __future__ import annotations

revision = "0035_sign_in_providers"
down_revision = "0034_passkeys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
