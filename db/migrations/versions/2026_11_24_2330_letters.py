"""Letters, with their addresses, references and attachments.

Revision ID: 0005_letters
Revises: 0004_inbound
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import big, column, index, of_company, primary, refers, tenant_table, text, time, unique

revision = "0005_letters"
down_revision = "0004_inbound"
branch_labels = None
depends_on = None

TABLES = ("thread", "message", "message_address", "message_reference", "attachment")


def upgrade() -> None:
    _thread()
    _message()
    _message_address()
    _message_reference()
    _attachment()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _thread() -> None:
    tenant_table(
        "thread",
        time("created_at"),
        of_company("thread"),
    )


def _message() -> None:
    tenant_table(
        "message",
        big("thread_id"),
        text("message_id", null=True),
        text("fingerprint"),
        column("fingerprint_version", sa.Integer()),
        text("content_digest"),
        text("subject"),
        text("base_subject"),
        time("date", null=True),
        text("from_name"),
        text("from_address"),
        text("from_key"),
        text("text"),
        text("new_text"),
        text("snippet"),
        column("has_html", sa.Boolean()),
        text("automatic", null=True),
        time("created_at"),
        refers("message", "thread_id", "thread"),
        unique("message", "company_id", "content_digest"),
    )
    index("ix_message_company_id_fingerprint", "message", "company_id", "fingerprint")
    index("ix_message_company_id_message_id", "message", "company_id", "message_id")
    index("ix_message_company_id_thread_id", "message", "company_id", "thread_id")


def _message_address() -> None:
    op.create_table(
        "message_address",
        big("company_id"),
        big("message_id"),
        text("field"),
        column("position", sa.Integer()),
        text("name"),
        text("address"),
        text("address_key"),
        primary("message_address", "company_id", "message_id", "field", "position"),
        refers("message_address", "message_id", "message", cascade=True),
    )
    index("ix_message_address_company_id_address_key", "message_address", "company_id", "address_key")


def _message_reference() -> None:
    op.create_table(
        "message_reference",
        big("company_id"),
        big("message_id"),
        text("kind"),
        column("position", sa.Integer()),
        text("msg_id"),
        primary("message_reference", "company_id", "message_id", "kind", "position"),
        refers("message_reference", "message_id", "message", cascade=True),
    )
    index("ix_message_reference_company_id_msg_id", "message_reference", "company_id", "msg_id")


def _attachment() -> None:
    tenant_table(
        "attachment",
        big("message_id"),
        column("position", sa.Integer()),
        text("filename"),
        text("content_type"),
        column("size", sa.Integer()),
        column("inline", sa.Boolean()),
        text("content_id", null=True),
        refers("attachment", "message_id", "message", cascade=True),
        unique("attachment", "company_id", "message_id", "position"),
    )
