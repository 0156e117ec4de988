"""Teams, and who is in them.

Revision ID: 0007_teams
Revises: 0006_copies
"""

from __future__ import annotations

from alembic import op

from db.migrations.vocabulary import big, index, of_company, primary, refers, tenant_table, text, time

revision = "0007_teams"
down_revision = "0006_copies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table("team", text("name"), time("created_at"), time("deleted_at", null=True), of_company("team"))
    op.create_table(
        "team_member",
        big("company_id"),
        big("team_id"),
        big("user_id"),
        primary("team_member", "company_id", "team_id", "user_id"),
        refers("team_member", "team_id", "team", cascade=True),
        refers("team_member", "user_id", "user_account"),
    )
    index("ix_team_member_company_id_user_id", "team_member", "company_id", "user_id")


def downgrade() -> None:
    op.drop_table("team_member")
    op.drop_table("team")
