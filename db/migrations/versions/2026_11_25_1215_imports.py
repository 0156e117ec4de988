"""Files of records and mail that are being taken in.

Revision ID: 0026_imports
Revises: 0025_access_requests
"""

from __future__ import annotations

revision = "0026_imports"
down_revision = "0025_access_requests"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
