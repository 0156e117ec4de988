"""Who follows a user that left, and until when his addresses still take mail.

Revision ID: 0008_leavers
Revises: 0007_teams
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import big, column, one_of, primary, refers, text, time

revision = "0008_leavers"
down_revision = "0007_teams"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leaver",
        big("company_id"),
        big("user_id"),
        big("successor_id", null=True),
        time("left_at"),
        time("grace_until", null=True),
        time("delete_at"),
        time("deleted_at", null=True),
        column("deleted_mails", sa.Integer()),
        primary("leaver", "company_id", "user_id"),
        refers("leaver", "user_id", "user_account"),
        refers("leaver", "successor_id", "user_account"),
    )
    op.create_table(
        "inherited",
        big("company_id"),
        big("leaver_id"),
        text("kind"),
        big("target_id"),
        primary("inherited", "company_id", "leaver_id", "kind", "target_id"),
        one_of("inherited", "kind", ("copy", "record")),
        refers("inherited", "leaver_id", "user_account"),
    )


def downgrade() -> None:
    op.drop_table("inherited")
    op.drop_table("leaver")
