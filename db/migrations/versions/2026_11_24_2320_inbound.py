"""Inbound mail: raw content, the queue and the decisions.

Revision ID: 0004_inbound
Revises: 0003_records
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import (
    big,
    column,
    index,
    is_postgresql,
    json,
    of_company,
    one_of,
    primary,
    refers,
    tenant_table,
    text,
    time,
    unique,
)

revision = "0004_inbound"
down_revision = "0003_records"
branch_labels = None
depends_on = None

TABLES = ("raw_content", "inbound_message", "decision")


def upgrade() -> None:
    _raw_content()
    _inbound_message()
    _decision()
    if is_postgresql():
        # The bytes are compressed already: to compress them again costs time and saves nothing.
        op.execute("ALTER TABLE raw_content ALTER COLUMN bytes SET STORAGE EXTERNAL")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _raw_content() -> None:
    op.create_table(
        "raw_content",
        big("company_id"),
        text("sha256"),
        text("codec"),
        column("size", sa.Integer()),
        column("bytes", sa.LargeBinary(), null=True),
        time("stored_at"),
        primary("raw_content", "company_id", "sha256"),
        of_company("raw_content"),
    )


def _inbound_message() -> None:
    tenant_table(
        "inbound_message",
        text("delivery_key"),
        text("origin"),
        big("owner_id", null=True),
        json("envelope"),
        text("sha256"),
        column("size", sa.Integer()),
        time("received_at"),
        json("proof", null=True),
        text("status"),
        text("reason", null=True),
        json("reason_args", null=True),
        column("attempts", sa.Integer()),
        time("next_attempt_at"),
        text("lease_token", null=True),
        time("lease_until", null=True),
        time("held_until", null=True),
        time("discarded_at", null=True),
        time("released_at", null=True),
        big("released_by", null=True),
        one_of(
            "inbound_message",
            "origin",
            (
                "smtp",
                "lmtp",
                "imap",
                "upload",
                "composed",
            ),
        ),
        one_of(
            "inbound_message",
            "status",
            (
                "received",
                "processing",
                "filed",
                "held",
                "discarded",
                "failed",
            ),
        ),
        of_company("inbound_message"),
        refers("inbound_message", "owner_id", "user_account"),
        unique("inbound_message", "company_id", "delivery_key"),
    )
    index("ix_inbound_message_company_id_status_id", "inbound_message", "company_id", "status", "id")
    index(
        "ix_inbound_message_due",
        "inbound_message",
        "company_id",
        "next_attempt_at",
        where="status IN ('received', 'processing')",
    )


def _decision() -> None:
    tenant_table(
        "decision",
        big("inbound_id"),
        text("cause"),
        json("steps"),
        time("made_at"),
        refers("decision", "inbound_id", "inbound_message"),
    )
    index("ix_decision_company_id_inbound_id", "decision", "company_id", "inbound_id", "id")
