"""Files of records and mail that are being taken in.

Revision ID: 0026_imports
Revises: 0025_access_requests
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import (
    big,
    column,
    index,
    json,
    one_of,
    primary,
    refers,
    tenant_table,
    text,
    time,
)

revision = "0026_imports"
down_revision = "0025_access_requests"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _record_import()
    op.create_table(
        "import_part",
        big("company_id"),
        big("import_id"),
        column("position", sa.Integer()),
        column("content", sa.LargeBinary()),
        primary("import_part", "company_id", "import_id", "position"),
        refers("import_part", "import_id", "record_import", cascade=True),
    )
    _import_line()
    index("ix_record_company_id_type_name", "record", "company_id", "type", "name")


def downgrade() -> None:
    op.drop_index("ix_record_company_id_type_name", "record")
    op.drop_table("import_line")
    op.drop_table("import_part")
    op.drop_table("record_import")


def _record_import() -> None:
    tenant_table(
        "record_import",
        big("user_id"),
        text("kind"),
        text("file_name"),
        json("fields"),
        text("state"),
        column("is_dry", sa.Boolean()),
        column("total", sa.Integer()),
        column("done", sa.Integer()),
        json("counts"),
        text("problem", null=True),
        column("attempts", sa.Integer()),
        time("next_attempt_at"),
        text("lease_token", null=True),
        time("lease_until", null=True),
        time("created_at"),
        time("finished_at", null=True),
        refers("record_import", "user_id", "user_account"),
        one_of("record_import", "kind", ("contacts", "organizations", "deals")),
        one_of("record_import", "state", ("draft", "running", "done", "undoing", "undone", "failed")),
    )
    due = "state IN ('running', 'undoing')"
    index("ix_record_import_due", "record_import", "company_id", "next_attempt_at", where=due)
    index("ix_record_import_company_id_user_id_id", "record_import", "company_id", "user_id", "id")


def _import_line() -> None:
    op.create_table(
        "import_line",
        big("company_id"),
        big("import_id"),
        column("line", sa.Integer()),
        column("position", sa.Integer()),
        text("outcome"),
        big("record_id", null=True),
        text("said"),
        json("cells", null=True),
        json("before", null=True),
        time("at"),
        column("undone", sa.Boolean()),
        primary("import_line", "company_id", "import_id", "line", "position"),
        refers("import_line", "import_id", "record_import", cascade=True),
        refers("import_line", "record_id", "record", cascade=True),
        one_of("import_line", "outcome", ("new", "changed", "doubtful", "wrong")),
    )
    index("ix_import_line_company_id_record_id", "import_line", "company_id", "record_id")
