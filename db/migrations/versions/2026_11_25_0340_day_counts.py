"""How many mails were refused in a day, and why.

Revision ID: 0015_day_counts
Revises: 0014_setup_links
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import big, column, of_company, primary, text

revision = "0015_day_counts"
down_revision = "0014_setup_links"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "day_count",
        big("company_id"),
        text("day"),
        text("kind"),
        column("count", sa.Integer()),
        primary("day_count", "company_id", "day", "kind"),
        of_company("day_count"),
    )


def downgrade() -> None:
    op.drop_table("day_count")
