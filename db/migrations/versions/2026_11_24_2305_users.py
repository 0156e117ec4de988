"""Users, what opens the door for them, and whose address is whose.

Revision ID: 0002_users
Revises: 0001_companies
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import (
    big,
    column,
    index,
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

revision = "0002_users"
down_revision = "0001_companies"
branch_labels = None
depends_on = None

TABLES = ("user_account", "api_token", "web_session", "invite", "approved_sender", "idempotency_key")


def upgrade() -> None:
    _user_account()
    _api_token()
    _web_session()
    _invite()
    _approved_sender()
    _idempotency_key()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _user_account() -> None:
    tenant_table(
        "user_account",
        text("email"),
        text("email_key"),
        text("name"),
        text("role"),
        text("state"),
        text("password_hash", null=True),
        json("preferences"),
        time("created_at"),
        one_of(
            "user_account",
            "role",
            (
                "admin",
                "member",
                "read_only",
            ),
        ),
        one_of(
            "user_account",
            "state",
            (
                "active",
                "deactivated",
            ),
        ),
        of_company("user_account"),
        unique("user_account", "company_id", "email_key"),
    )


def _api_token() -> None:
    tenant_table(
        "api_token",
        big("user_id"),
        text("token_hash"),
        text("name"),
        time("created_at"),
        time("last_used_at", null=True),
        time("revoked_at", null=True),
        refers("api_token", "user_id", "user_account"),
    )
    index("ix_api_token_company_id_user_id", "api_token", "company_id", "user_id")


def _web_session() -> None:
    tenant_table(
        "web_session",
        big("user_id"),
        text("token_hash"),
        text("user_agent"),
        time("created_at"),
        time("last_seen_at"),
        time("expires_at"),
        time("revoked_at", null=True),
        refers("web_session", "user_id", "user_account"),
    )
    index("ix_web_session_company_id_user_id", "web_session", "company_id", "user_id")


def _invite() -> None:
    tenant_table(
        "invite",
        big("user_id"),
        text("token_hash"),
        time("created_at"),
        time("expires_at"),
        time("used_at", null=True),
        refers("invite", "user_id", "user_account"),
    )


def _approved_sender() -> None:
    tenant_table(
        "approved_sender",
        big("user_id"),
        text("address"),
        text("address_key"),
        text("state"),
        time("created_at"),
        time("changed_at"),
        one_of(
            "approved_sender",
            "state",
            (
                "requested",
                "confirmed",
                "approved",
                "rejected",
                "revoked",
            ),
        ),
        refers("approved_sender", "user_id", "user_account"),
    )
    index(
        "uq_approved_sender_live",
        "approved_sender",
        "company_id",
        "address_key",
        is_unique=True,
        where="state NOT IN ('rejected', 'revoked')",
    )


def _idempotency_key() -> None:
    op.create_table(
        "idempotency_key",
        big("company_id"),
        big("user_id"),
        text("key"),
        text("body_hash"),
        column("status", sa.Integer()),
        json("response"),
        time("created_at"),
        primary("idempotency_key", "company_id", "user_id", "key"),
        refers("idempotency_key", "user_id", "user_account"),
    )
