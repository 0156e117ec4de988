"""Offers to compute mails anew.

Revision ID: 0031_replays
Revises: 0030_scans
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import big, column, index, json, one_of, primary, refers, tenant_table, text, time

revision = "0031_replays"
down_revision = "0030_scans"
branch_labels = None
depends_on = None
STATES = ("offered", "looking", "looked", "applying", "applied", "dismissed")


def upgrade() -> None:
    tenant_table(
        "replay_run",
        big("user_id"),
        text("state"),
        text("cause"),
        time("since"),
        time("asked_at"),
        big("cursor"),
        column("seen", sa.Integer()),
        column("total", sa.Integer()),
        column("impossible", sa.Integer()),
        text("token", null=True),
        time("busy_until"),
        time("ended_at", null=True),
        one_of("replay_run", "state", STATES),
        refers("replay_run", "user_id", "user_account"),
    )
    index("ix_replay_run_at_work", "replay_run", "busy_until", where="state IN ('looking', 'applying')")
    op.create_table(
        "replay_finding",
        big("company_id"),
        big("run_id"),
        big("inbound_id"),
        json("differences"),
        column("applied", sa.Boolean()),
        refers("replay_finding", "run_id", "replay_run", cascade=True),
        refers("replay_finding", "inbound_id", "inbound_message", cascade=True),
        primary("replay_finding", "company_id", "run_id", "inbound_id"),
    )


def downgrade() -> None:
    op.drop_table("replay_finding")
    op.drop_table("replay_run")
