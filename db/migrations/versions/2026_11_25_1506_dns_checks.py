"""What DNS said about our own names when it was last asked.

Revision ID: 0036_dns_checks
Revises: 0035_sign_in_providers
"""

from __future__ import annotations

revision = "0036_dns_checks"
down_revision = "0035_sign_in_providers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
