"""The address of the company's gateway, and who takes part in it.

Revision ID: 0021_gateway
Revises: 0020_forwarding
"""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op

from db.migrations.vocabulary import big, primary, refers, time

revision = "0021_gateway"
down_revision = "0020_forwarding"
branch_labels = None
depends_on = None

BEFORE = ("universal", "personal", "record")


def upgrade() -> None:
    _allow((*BEFORE, "gateway"))
    op.create_table(
        "gateway_member",
        big("company_id"),
        big("user_id"),
        time("accepted_at"),
        primary("gateway_member", "company_id", "user_id"),
        refers("gateway_member", "user_id", "user_account"),
    )


def downgrade() -> None:
    op.drop_table("gateway_member")
    op.execute(
        "DELETE FROM directory_address"
        " WHERE bcc_address_id IN (SELECT id FROM bcc_address WHERE bcc_address.kind = 'gateway')"
    )
    op.execute("DELETE FROM bcc_address WHERE kind = 'gateway'")
    _allow(BEFORE)


def _allow(kinds: Sequence[str]) -> None:
    """Say which kinds of address there are; SQLite has to write the table anew for it."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("bcc_address") as table:
        table.drop_constraint(op.f("ck_bcc_address_kind"), type_="check")
        table.create_check_constraint(op.f("ck_bcc_address_kind"), f"kind IN ({listed})")
