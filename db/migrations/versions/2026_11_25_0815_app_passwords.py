"""Passwords of programs that hand mail over.

Revision ID: 0019_app_passwords
Revises: 0018_sender_tokens
"""

from __future__ import annotations

revision = "0019_app_passwords"
down_revision = "0018_sender_tokens"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
