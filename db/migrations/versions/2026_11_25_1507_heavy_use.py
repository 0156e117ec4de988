"""Indexes for millions of letters.

Revision ID: 0037_heavy_use
Revises: 0036_dns_checks
"""

from __future__ import annotations

revision = "0037_heavy_use"
down_revision = "0036_dns_checks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
