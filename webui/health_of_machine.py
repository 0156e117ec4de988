"""What the company's mail lies on: database, its revision, and the room that is left."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from sqlalchemy import func, select, text

from db.models import RawContent
from db.schema import is_current, newest_revision
from webui.call import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineHealth:
    """`revision` is the newest that this program knows; octets of the database, of the company's raw mail, of the disk.

    `raw_octets` counts each content once, before compression.
    """

    database: str
    revision: str
    is_current: bool
    database_octets: int
    raw_octets: int
    disk_octets: int
    free_octets: int

    @property
    def free_share(self) -> float:
        """Answer how much of the disk is free, from 0 to 1."""
        return self.free_octets / self.disk_octets if self.disk_octets else 0.0


def look_at_machine(call: Call) -> MachineHealth:
    """Answer the facts, for the viewer's company where they differ by company."""
    database = call.backend.database
    raw = select(func.coalesce(func.sum(RawContent.size), 0)).where(RawContent.company_id == call.viewer.company_id)
    disk = shutil.disk_usage(call.backend.settings.data_dir)
    return MachineHealth(
        database=_name(call),
        revision=newest_revision() or "",
        is_current=is_current(database),
        database_octets=int(call.session.execute(text(_SIZE[database.is_sqlite])).scalar_one()),
        raw_octets=int(call.session.execute(raw).scalar_one()),
        disk_octets=disk.total,
        free_octets=disk.free,
    )


_SIZE = {
    True: "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    False: "SELECT pg_database_size(current_database())",
}


def _name(call: Call) -> str:
    if call.backend.database.is_sqlite:
        return f"SQLite {call.session.execute(text('SELECT sqlite_version()')).scalar_one()}"
    return f"PostgreSQL {call.session.execute(text('SHOW server_version')).scalar_one()}"
