"""Links and codes that confirm an approved sender; senders of teams; domains proved by DNS.

Revision ID: 0018_sender_tokens
Revises: 0017_notices
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import (
    BIG,
    TIME,
    big,
    column,
    index,
    refers,
    tenant_table,
    text,
    time,
    unique,
)

revision = "0018_sender_tokens"
down_revision = "0017_notices"
branch_labels = None
depends_on = None

LIVE = "state NOT IN ('rejected', 'revoked')"
KNOWN = "state IN ('confirmed', 'approved')"


def upgrade() -> None:
    _approved_sender()
    tenant_table(
        "sender_token",
        big("sender_id"),
        big("asked_by"),
        text("token_hash"),
        text("code_hash"),
        column("tries", sa.Integer()),
        time("created_at"),
        time("expires_at"),
        time("used_at", null=True),
        time("replaced_at", null=True),
        refers("sender_token", "sender_id", "approved_sender"),
        refers("sender_token", "asked_by", "user_account"),
    )
    index("ix_sender_token_company_id_sender_id", "sender_token", "company_id", "sender_id")
    tenant_table(
        "sender_domain",
        text("domain"),
        text("token"),
        time("created_at"),
        time("checked_at", null=True),
        time("seen_at", null=True),
        time("proved_at", null=True),
        time("lapsed_at", null=True),
        text("problem", null=True),
        unique("sender_domain", "company_id", "domain"),
    )


def downgrade() -> None:
    op.drop_table("sender_domain")
    op.drop_table("sender_token")
    op.execute("DELETE FROM directory_token WHERE kind = 'confirm'")
    op.execute("DELETE FROM approved_sender WHERE user_id IS NULL")
    # One address may have been asked for by several: the one that counts stays, else the first that asked.
    op.execute(
        "UPDATE approved_sender SET state = 'revoked' WHERE state = 'requested' AND EXISTS (SELECT 1 FROM"
        " approved_sender AS other WHERE other.company_id = approved_sender.company_id"
        " AND other.address_key = approved_sender.address_key AND other.id <> approved_sender.id"
        " AND (other.state IN ('confirmed', 'approved')"
        " OR (other.state = 'requested' AND other.id < approved_sender.id)))"
    )
    op.drop_index("uq_approved_sender_known", "approved_sender")
    op.drop_index("ix_approved_sender_company_id_address_key", "approved_sender")
    with op.batch_alter_table("approved_sender") as table:
        table.drop_constraint(op.f("ck_approved_sender_owner"), type_="check")
        table.drop_constraint(op.f("fk_approved_sender_company_id_team_id_team"), type_="foreignkey")
        table.drop_column("confirmed_at")
        table.drop_column("team_id")
        table.alter_column("user_id", existing_type=BIG, nullable=False)
    index("uq_approved_sender_live", "approved_sender", "company_id", "address_key", is_unique=True, where=LIVE)


def _approved_sender() -> None:
    op.drop_index("uq_approved_sender_live", "approved_sender")
    with op.batch_alter_table("approved_sender") as table:
        table.alter_column("user_id", existing_type=BIG, nullable=True)
        table.add_column(sa.Column("team_id", BIG, nullable=True))
        table.add_column(sa.Column("confirmed_at", TIME, nullable=True))
        table.create_foreign_key(
            op.f("fk_approved_sender_company_id_team_id_team"), "team", ["company_id", "team_id"], ["company_id", "id"]
        )
        table.create_check_constraint(op.f("ck_approved_sender_owner"), "user_id IS NOT NULL OR team_id IS NOT NULL")
    op.execute("UPDATE approved_sender SET confirmed_at = created_at WHERE state IN ('confirmed', 'approved')")
    index("ix_approved_sender_company_id_address_key", "approved_sender", "company_id", "address_key")
    index("uq_approved_sender_known", "approved_sender", "company_id", "address_key", is_unique=True, where=KNOWN)
