"""Copies of letters, their links and open questions.

Revision ID: 0006_copies
Revises: 0005_letters
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import big, column, index, json, one_of, refers, tenant_table, text, time, unique

revision = "0006_copies"
down_revision = "0005_letters"
branch_labels = None
depends_on = None

TABLES = ("message_copy", "link", "unresolved")


def upgrade() -> None:
    _message_copy()
    _link()
    _unresolved()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _message_copy() -> None:
    tenant_table(
        "message_copy",
        big("message_id"),
        big("owner_id"),
        big("inbound_id"),
        column("inner_path", sa.Integer()),
        text("sha256"),
        text("content_digest"),
        text("origin"),
        text("sharing"),
        text("direction"),
        text("kind"),
        json("marks", null=True),
        json("trace", null=True),
        json("proof", null=True),
        json("forwarded", null=True),
        time("received_at"),
        time("sort_at"),
        column("read", sa.Boolean()),
        column("archived", sa.Boolean()),
        time("deleted_at", null=True),
        time("missing_since", null=True),
        one_of(
            "message_copy",
            "direction",
            (
                "incoming",
                "outgoing",
                "internal",
                "note",
            ),
        ),
        one_of(
            "message_copy",
            "sharing",
            (
                "private",
                "team",
                "shared",
            ),
        ),
        refers("message_copy", "inbound_id", "inbound_message"),
        refers("message_copy", "message_id", "message"),
        refers("message_copy", "owner_id", "user_account"),
        unique("message_copy", "company_id", "inbound_id", "owner_id", "inner_path"),
    )
    index("ix_message_copy_company_id_message_id", "message_copy", "company_id", "message_id")
    index("ix_message_copy_company_id_owner_id_sort_at", "message_copy", "company_id", "owner_id", "sort_at", "id")
    index("ix_message_copy_company_id_sort_at", "message_copy", "company_id", "sort_at", "id")


def _link() -> None:
    tenant_table(
        "link",
        big("message_id"),
        big("copy_id", null=True),
        big("target_id"),
        text("origin"),
        text("rule"),
        json("args", null=True),
        big("created_by", null=True),
        time("created_at"),
        time("undone_at", null=True),
        big("undone_by", null=True),
        one_of(
            "link",
            "origin",
            (
                "auto",
                "manual",
            ),
        ),
        refers("link", "copy_id", "message_copy"),
        refers("link", "message_id", "message"),
        refers("link", "target_id", "record"),
    )
    index("ix_link_company_id_message_id", "link", "company_id", "message_id")
    index("ix_link_company_id_target_id", "link", "company_id", "target_id")
    index(
        "uq_link_private",
        "link",
        "company_id",
        "message_id",
        "copy_id",
        "target_id",
        is_unique=True,
        where="copy_id IS NOT NULL",
    )
    index("uq_link_shared", "link", "company_id", "message_id", "target_id", is_unique=True, where="copy_id IS NULL")


def _unresolved() -> None:
    tenant_table(
        "unresolved",
        big("message_id"),
        big("copy_id"),
        big("owner_id"),
        text("question"),
        json("args", null=True),
        json("candidates"),
        text("state"),
        time("created_at"),
        time("answered_at", null=True),
        big("answered_by", null=True),
        one_of(
            "unresolved",
            "state",
            (
                "open",
                "answered",
                "dismissed",
            ),
        ),
        refers("unresolved", "copy_id", "message_copy"),
        refers("unresolved", "message_id", "message"),
        refers("unresolved", "owner_id", "user_account"),
        unique("unresolved", "company_id", "copy_id", "question"),
    )
    index("ix_unresolved_company_id_owner_id_state", "unresolved", "company_id", "owner_id", "state", "id")
