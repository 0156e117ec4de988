"""Which notices were sent lately, what was paused because there were too many, and who knocked in vain.

Revision ID: 0017_notices
Revises: 0016_outbox
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import big, column, index, one_of, primary, refers, tenant_table, text, time, unique

revision = "0017_notices"
down_revision = "0016_outbox"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "notice",
        big("user_id", null=True),
        text("address_key"),
        text("kind"),
        time("sent_at"),
        column("more", sa.Integer()),
        unique("notice", "company_id", "address_key", "kind"),
        refers("notice", "user_id", "user_account"),
    )
    tenant_table(
        "pause",
        big("user_id", null=True),
        column("own", sa.Boolean()),
        text("kind"),
        text("peer"),
        time("since"),
        time("until"),
        time("ended_at", null=True),
        column("count", sa.Integer()),
        one_of("pause", "kind", ("notices", "creations", "answers")),
        refers("pause", "user_id", "user_account"),
    )
    index("ix_pause_standing", "pause", "company_id", "peer", where="ended_at IS NULL")
    op.create_table(
        "knock",
        big("company_id"),
        big("bcc_address_id"),
        text("day"),
        text("sender"),
        primary("knock", "company_id", "bcc_address_id", "day", "sender"),
        refers("knock", "bcc_address_id", "bcc_address"),
    )


def downgrade() -> None:
    op.drop_table("knock")
    op.drop_table("pause")
    op.drop_table("notice")
