"""Second factors of signing in, and their recovery codes.

Revision ID: 0012_second_factors
Revises: 0011_merges
"""

from __future__ import annotations

revision = "0012_second_factors"
down_revision = "0011_merges"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
