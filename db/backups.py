"""When the installation was last backed up, as far as anybody wrote it down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import BackupRun

OLD: Final = timedelta(days=2)
"""A backup every night, and one night that failed."""
SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One run; `ended_at` is None where it is under way or was killed, `problem` says why it failed."""

    place: str
    began_at: datetime
    ended_at: datetime | None
    octets: int | None
    verified_at: datetime | None
    problem: str | None

    @property
    def is_good(self) -> bool:
        """Tell whether it came to its end."""
        return self.ended_at is not None and self.problem is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backups:
    """The runs, the newest first, and the newest that came to its end."""

    runs: tuple[Backup, ...]
    last: Backup | None

    def is_old(self, now: datetime) -> bool:
        """Tell whether the last one is older than a backup should be; there may be none."""
        return self.last is not None and now - self.last.began_at > OLD


def look_at_backups(session: Session) -> Backups:
    """Answer what was written down."""
    rows = [_backup(row) for row in session.scalars(select(BackupRun).order_by(BackupRun.id.desc()).limit(SHOWN))]
    good = select(BackupRun).where(BackupRun.ended_at.is_not(None), BackupRun.problem.is_(None))
    last = session.scalars(good.order_by(BackupRun.began_at.desc(), BackupRun.id.desc()).limit(1)).one_or_none()
    return Backups(runs=tuple(rows), last=_backup(last) if last else None)


def _backup(row: BackupRun) -> Backup:
    return Backup(
        place=row.place,
        began_at=row.began_at,
        ended_at=row.ended_at,
        octets=row.octets,
        verified_at=row.verified_at,
        problem=row.problem,
    )
