"""How the machine and each company's mail were, time by time; and the backups that were made.

Revision ID: 0033_measurements
Revises: 0032_saved_views
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import big, column, of_company, primary, text, time

revision = "0033_measurements"
down_revision = "0032_saved_views"
branch_labels = None
depends_on = None

COUNTS = ("accepted", "held", "refused", "filed", "notices", "waiting", "sending")


def upgrade() -> None:
    op.create_table(
        "measurement",
        big("company_id"),
        column("minutes", sa.Integer()),
        time("at"),
        *(column(name, sa.Integer()) for name in COUNTS),
        column("waiting_ms", sa.BigInteger()),
        column("sending_ms", sa.BigInteger()),
        column("median_ms", sa.BigInteger(), null=True),
        column("slow_ms", sa.BigInteger(), null=True),
        *(column(f"{name}_octets", sa.BigInteger(), null=True) for name in ("raw", "file", "index")),
        *(column(f"{name}_octets", sa.BigInteger()) for name in ("database", "free", "disk")),
        primary("measurement", "company_id", "minutes", "at"),
        of_company("measurement"),
    )
    op.create_table(
        "backup_run",
        big("id"),
        text("place"),
        time("began_at"),
        time("ended_at", null=True),
        column("octets", sa.BigInteger(), null=True),
        time("verified_at", null=True),
        text("problem", null=True),
        primary("backup_run", "id"),
    )


def downgrade() -> None:
    op.drop_table("backup_run")
    op.drop_table("measurement")
