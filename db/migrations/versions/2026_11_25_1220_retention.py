"""Legal holds, erasures, and exports that are being made.

Revision ID: 0027_retention
Revises: 0026_imports
"""

from __future__ import annotations

revision = "0027_retention"
down_revision = "0026_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
