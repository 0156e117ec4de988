"""Answers that a user wants to be taken for every later mail, and what an answer did, so that it can be undone.

Revision ID: 0010_standing_answers
Revises: 0009_blocked_addresses
"""

from __future__ import annotations

from alembic import op

from db.migrations.vocabulary import big, json, one_of, refers, tenant_table, text, time, unique

revision = "0010_standing_answers"
down_revision = "0009_blocked_addresses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "standing_answer",
        big("user_id"),
        text("kind"),
        text("subject"),
        json("people"),
        big("target_id"),
        time("created_at"),
        one_of("standing_answer", "kind", ("people", "address")),
        refers("standing_answer", "user_id", "user_account"),
        refers("standing_answer", "target_id", "record"),
        unique("standing_answer", "company_id", "user_id", "kind", "subject"),
    )
    op.add_column("unresolved", json("done", null=True))


def downgrade() -> None:
    op.drop_column("unresolved", "done")
    op.drop_table("standing_answer")
