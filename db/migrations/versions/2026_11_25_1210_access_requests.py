"""Requests to see a copy, and questions to the owner of a hidden contact.

Revision ID: 0025_access_requests
Revises: 0024_thread_choices
"""

from __future__ import annotations

revision = "0025_access_requests"
down_revision = "0024_thread_choices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
