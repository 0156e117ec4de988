"""Companies, and the directory that finds them.

Revision ID: 0001_companies
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import big, column, json, of_company, primary, tenant_table, text, time, unique

revision = "0001_companies"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "company",
    "company_domain",
    "directory_address",
    "directory_login",
    "directory_token",
    "domain_trouble",
    "window_counter",
    "id_block",
    "audit_event",
)


def upgrade() -> None:
    _company()
    _company_domain()
    _directory_address()
    _directory_login()
    _directory_token()
    _domain_trouble()
    _window_counter()
    _id_block()
    _audit_event()
    _number_the_blocks()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _company() -> None:
    op.create_table(
        "company",
        big("id"),
        text("name"),
        json("policies"),
        time("created_at"),
        primary("company", "id"),
        unique("company", "name"),
    )


def _company_domain() -> None:
    op.create_table(
        "company_domain",
        big("company_id"),
        text("domain"),
        primary("company_domain", "company_id", "domain"),
        of_company("company_domain"),
    )


def _directory_address() -> None:
    op.create_table(
        "directory_address",
        text("address_key"),
        big("company_id"),
        big("bcc_address_id"),
        primary("directory_address", "address_key"),
        of_company("directory_address"),
    )


def _directory_login() -> None:
    op.create_table(
        "directory_login",
        text("email_key"),
        big("company_id"),
        big("user_id"),
        primary("directory_login", "email_key"),
        of_company("directory_login"),
    )


def _directory_token() -> None:
    op.create_table(
        "directory_token",
        text("token_hash"),
        text("kind"),
        big("company_id"),
        big("target_id"),
        primary("directory_token", "token_hash"),
        of_company("directory_token"),
    )


def _domain_trouble() -> None:
    op.create_table(
        "domain_trouble",
        text("domain"),
        time("failing_since"),
        time("last_failed_at"),
        primary("domain_trouble", "domain"),
    )


def _window_counter() -> None:
    op.create_table(
        "window_counter",
        text("key"),
        time("window_start"),
        column("count", sa.Integer()),
        primary("window_counter", "key", "window_start"),
    )


def _id_block() -> None:
    op.create_table(
        "id_block",
        column("number", sa.Integer()),
        big("reserved_until"),
        primary("id_block", "number"),
    )


def _audit_event() -> None:
    tenant_table(
        "audit_event",
        big("actor_id", null=True),
        text("action"),
        text("target", null=True),
        json("args", null=True),
        time("at"),
        of_company("audit_event"),
    )


def _number_the_blocks() -> None:
    blocks = sa.table("id_block", sa.column("number", sa.Integer), sa.column("reserved_until", sa.BigInteger))
    op.bulk_insert(blocks, [{"number": number, "reserved_until": 0} for number in range(1024)])
