"""Records, their people and domains, and the addresses that mail comes to.

Revision ID: 0003_records
Revises: 0002_users
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
)

revision = "0003_records"
down_revision = "0002_users"
branch_labels = None
depends_on = None

TABLES = ("record", "contact_address", "organization_domain", "participant", "bcc_address")


def upgrade() -> None:
    _record()
    _contact_address()
    _organization_domain()
    _participant()
    _bcc_address()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _record() -> None:
    tenant_table(
        "record",
        text("type"),
        text("name"),
        text("status", null=True),
        big("organization_id", null=True),
        column("value", sa.Numeric(18, 2), null=True),
        text("currency", null=True),
        big("owner_id"),
        big("team_id", null=True),
        text("visibility"),
        json("created_from", null=True),
        time("created_at"),
        time("changed_at"),
        time("deleted_at", null=True),
        one_of(
            "record",
            "type",
            (
                "contact",
                "organization",
                "deal",
                "lead",
                "project",
            ),
        ),
        one_of(
            "record",
            "visibility",
            (
                "owner",
                "team",
                "company",
            ),
        ),
        of_company("record"),
        refers("record", "organization_id", "record"),
        refers("record", "owner_id", "user_account"),
    )
    index("ix_record_company_id_type_id", "record", "company_id", "type", "id")


def _contact_address() -> None:
    op.create_table(
        "contact_address",
        big("company_id"),
        big("contact_id"),
        text("address"),
        text("address_key"),
        column("position", sa.Integer()),
        primary("contact_address", "company_id", "contact_id", "address_key"),
        refers("contact_address", "contact_id", "record", cascade=True),
    )
    index("ix_contact_address_company_id_address_key", "contact_address", "company_id", "address_key")


def _organization_domain() -> None:
    op.create_table(
        "organization_domain",
        big("company_id"),
        big("organization_id"),
        text("domain"),
        primary("organization_domain", "company_id", "organization_id", "domain"),
        refers("organization_domain", "organization_id", "record", cascade=True),
    )
    index("ix_organization_domain_company_id_domain", "organization_domain", "company_id", "domain")


def _participant() -> None:
    op.create_table(
        "participant",
        big("company_id"),
        big("record_id"),
        big("contact_id"),
        column("position", sa.Integer()),
        primary("participant", "company_id", "record_id", "contact_id"),
        refers("participant", "contact_id", "record", cascade=True),
        refers("participant", "record_id", "record", cascade=True),
    )
    index("ix_participant_company_id_contact_id", "participant", "company_id", "contact_id")


def _bcc_address() -> None:
    tenant_table(
        "bcc_address",
        text("kind"),
        text("address"),
        big("user_id", null=True),
        big("record_id", null=True),
        text("state"),
        time("created_at"),
        time("retired_at", null=True),
        one_of(
            "bcc_address",
            "kind",
            (
                "universal",
                "personal",
                "record",
            ),
        ),
        one_of(
            "bcc_address",
            "state",
            (
                "active",
                "grace",
                "off",
            ),
        ),
        of_company("bcc_address"),
        refers("bcc_address", "record_id", "record"),
        refers("bcc_address", "user_id", "user_account"),
    )
    index("ix_bcc_address_company_id_record_id", "bcc_address", "company_id", "record_id")
    index("ix_bcc_address_company_id_user_id", "bcc_address", "company_id", "user_id")
