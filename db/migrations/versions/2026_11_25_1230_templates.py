"""Templates and signatures that users write mail with.

Revision ID: 0029_templates
Revises: 0028_webhooks
"""

from __future__ import annotations

from alembic import op

from db.migrations.vocabulary import big, index, one_of, refers, tenant_table, text, time

revision = "0029_templates"
down_revision = "0028_webhooks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "prepared_text",
        text("kind"),
        big("owner_id"),
        text("name"),
        text("subject"),
        text("html"),
        text("text"),
        text("sharing"),
        time("created_at"),
        time("changed_at"),
        one_of("prepared_text", "kind", ("template", "signature")),
        one_of("prepared_text", "sharing", ("mine", "company")),
        refers("prepared_text", "owner_id", "user_account"),
    )
    index("ix_prepared_text_company_id_kind_owner_id", "prepared_text", "company_id", "kind", "owner_id")


def downgrade() -> None:
    op.drop_table("prepared_text")
