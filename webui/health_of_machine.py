"""What the mail lies on: database, its revision, and the room that is left."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from sqlalchemy import text

from db.schema import is_current, newest_revision
from ingest.stored_octets import count_database
from webui.call import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineHealth:
    """`revision` is the newest that this program knows; octets of the database and of the disk."""

    database: str
    revision: str
    is_current: bool
    database_octets: int
    disk_octets: int
    free_octets: int

    @property
    def free_share(self) -> float:
        """Answer how much of the disk is free, from 0 to 1."""
        return self.free_octets / self.disk_octets if self.disk_octets else 0.0


def look_at_machine(call: Call) -> MachineHealth:
    """Answer the facts."""
    disk = shutil.disk_usage(call.backend.settings.data_dir)
    return MachineHealth(
        database=_name(call),
        revision=newest_revision() or "",
        is_current=is_current(call.backend.database),
        database_octets=count_database(call.session),
        disk_octets=disk.total,
        free_octets=disk.free,
    )


def _name(call: Call) -> str:
    if call.backend.database.is_sqlite:
        return f"SQLite {call.session.execute(text('SELECT sqlite_version()')).scalar_one()}"
    return f"PostgreSQL {call.session.execute(text('SHOW server_version')).scalar_one()}"
