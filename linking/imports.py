"""Imports of records: a file is taken up, mapped, tried, run and undone, always by the user whose import it is.

Nobody else sees an import, nor hears of it but by the records that it makes.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from accounts.refusals import Conflict, Forbidden, Missing
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import ImportLine, ImportPart, RecordImport
from languages.speech import _
from linking.importing_columns import Field, Kind
from linking.importing_mapping import Mapping, guess_mapping
from linking.importing_plan import Outcome
from linking.importing_sheet import Sheet, read_sheet
from linking.importing_vcard import MAPPING, is_vcard, read_vcards

UNDOABLE: Final = timedelta(days=30)
PART: Final = 1024 * 1024
LONGEST_FILE_NAME: Final = 200


class State(StrEnum):
    """Where an import stands."""

    DRAFT = "draft"
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """An import; `done` of `total` lines are finished, `counts` are lines by outcome."""

    id: int
    file_name: str
    header: tuple[str, ...]
    mapping: Mapping
    state: State
    is_dry: bool
    total: int
    done: int
    counts: Dictionary[str, int]
    problem: str | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_tried(self) -> bool:
        """Tell whether a dry run of this mapping came to its end."""
        return self.state is State.DRAFT and self.is_dry and bool(self.counts)

    def count(self, outcome: Outcome) -> int:
        """Answer how many lines came to this."""
        return int(self.counts.get(outcome, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTaken:
    """A line that was left out, and why."""

    line: int
    outcome: Outcome
    said: str
    cells: tuple[str, ...]


def read_file(raw: bytes) -> Sheet:
    """Read a CSV file or vCards; raise Unreadable."""
    return read_vcards(raw) if is_vcard(raw) else read_sheet(raw)


def guessed(sheet: Sheet, kind: Kind | None = None) -> Mapping:
    """Answer what the columns of a file most likely are; those of vCards are certain."""
    return guess_mapping(sheet, kind) if sheet.delimiter else MAPPING


def begin_import(
    session: Session, viewer: Viewer, file_name: str, raw: bytes, sheet: Sheet, mapping: Mapping, now: datetime
) -> int:
    """Take up a file that was read; raise Forbidden."""
    if not viewer.may_write:
        raise Forbidden(_("A read-only user imports nothing."))
    number = new_id(session)
    name = "".join(letter for letter in file_name if letter.isprintable())[:LONGEST_FILE_NAME] or "file"
    session.execute(
        insert(RecordImport).values(
            company_id=viewer.company_id,
            id=number,
            user_id=viewer.user_id,
            kind=mapping.kind,
            file_name=name,
            fields=_columns(sheet.header, mapping),
            state=State.DRAFT,
            is_dry=False,
            total=len(sheet.lines),
            done=0,
            counts={},
            attempts=0,
            next_attempt_at=now,
            created_at=now,
        )
    )
    packed = zlib.compress(raw, 1)
    for position, start in enumerate(range(0, len(packed), PART)):
        piece = {"position": position, "content": packed[start : start + PART]}
        session.execute(insert(ImportPart).values(company_id=viewer.company_id, import_id=number, **piece))
    return number


def get_import(session: Session, viewer: Viewer, import_id: int) -> ImportView:
    """Answer an import of the viewer's; raise Missing."""
    row = session.scalar(select(RecordImport).where(*_own(viewer), RecordImport.id == import_id))
    if row is None:
        raise Missing("import")
    return _view(row)


def list_imports(session: Session, viewer: Viewer, limit: int) -> tuple[ImportView, ...]:
    """Answer the viewer's imports, the newest first."""
    rows = session.scalars(select(RecordImport).where(*_own(viewer)).order_by(RecordImport.id.desc()).limit(limit))
    return tuple(_view(row) for row in rows)


def load_file(session: Session, company_id: int, import_id: int) -> bytes:
    """Answer the file of an import; raise Missing where it is gone."""
    this = (ImportPart.company_id == company_id, ImportPart.import_id == import_id)
    parts = session.scalars(select(ImportPart.content).where(*this).order_by(ImportPart.position)).all()
    if not parts:
        raise Missing("file of this import")
    return zlib.decompress(b"".join(parts))


def set_mapping(session: Session, viewer: Viewer, import_id: int, mapping: Mapping) -> None:
    """Say what the columns are, before the run; raise Missing, Conflict, Invalid."""
    mapping.check()
    header = get_import(session, viewer, import_id).header
    values = {"kind": mapping.kind, "fields": _columns(header, mapping), "counts": {}, "is_dry": False}
    _move(session, viewer, import_id, {State.DRAFT}, values)


def start_import(session: Session, viewer: Viewer, import_id: int, now: datetime, *, dry: bool) -> None:
    """Let it run, from its first line; raise Missing, Conflict."""
    values = {"state": State.RUNNING, "is_dry": dry, "done": 0, "counts": {}, "attempts": 0, "next_attempt_at": now}
    _move(session, viewer, import_id, {State.DRAFT}, values)
    session.execute(delete(ImportLine).where(*_lines(viewer, import_id)))


def undo_import(session: Session, viewer: Viewer, import_id: int, now: datetime) -> None:
    """Let all of it be taken back, for 30 days; raise Missing, Conflict."""
    view = get_import(session, viewer, import_id)
    if view.finished_at is not None and view.finished_at < now - UNDOABLE:
        raise Conflict(_("An import can be undone for 30 days."))
    values = {"state": State.UNDOING, "attempts": 0, "next_attempt_at": now}
    _move(session, viewer, import_id, {State.DONE, State.FAILED}, values)


def forget_import(session: Session, viewer: Viewer, import_id: int) -> None:
    """Delete a draft with its file; raise Missing, Conflict."""
    _move(session, viewer, import_id, {State.DRAFT}, {})
    session.execute(delete(RecordImport).where(*_own(viewer), RecordImport.id == import_id))


def forget_files(session: Session, company_id: int) -> None:
    """Delete the files that nobody has run, because they may name somebody who is to be forgotten (RULES R53)."""
    drafts = (RecordImport.company_id == company_id, RecordImport.state == State.DRAFT)
    waiting = select(RecordImport.id).where(*drafts)
    for table in (ImportPart, ImportLine):
        session.execute(delete(table).where(table.company_id == company_id, table.import_id.in_(waiting)))
    session.execute(delete(RecordImport).where(*drafts))


def not_taken(session: Session, viewer: Viewer, import_id: int, limit: int | None = None) -> tuple[NotTaken, ...]:
    """Answer the lines that were left out, in the order of the file; raise Missing."""
    get_import(session, viewer, import_id)
    left_out = ImportLine.outcome.in_([Outcome.DOUBTFUL, Outcome.WRONG])
    query = select(ImportLine).where(*_lines(viewer, import_id), left_out).order_by(ImportLine.line)
    rows = session.scalars(query.limit(limit) if limit else query)
    return tuple(
        NotTaken(line=row.line, outcome=Outcome(row.outcome), said=row.said, cells=tuple(row.cells or ()))
        for row in rows
    )


def _move(session: Session, viewer: Viewer, import_id: int, states: set[State], values: Dictionary[str, Any]) -> None:
    get_import(session, viewer, import_id)
    this = (*_own(viewer), RecordImport.id == import_id, RecordImport.state.in_(states))
    moved = update(RecordImport).where(*this).values(**{"problem": None, **values}).returning(RecordImport.id)
    if session.scalar(moved) is None:
        raise Conflict(_("This import is no longer where it was: look at it again."))


def _columns(header: Sequence[str], mapping: Mapping) -> list[tuple[str, str | None]]:
    return list(zip(header, mapping.fields, strict=True))


def _own(viewer: Viewer) -> tuple[Any, ...]:
    return RecordImport.company_id == viewer.company_id, RecordImport.user_id == viewer.user_id


def _lines(viewer: Viewer, import_id: int) -> tuple[Any, ...]:
    return ImportLine.company_id == viewer.company_id, ImportLine.import_id == import_id


def _view(row: RecordImport) -> ImportView:
    return ImportView(
        id=row.id,
        file_name=row.file_name,
        mapping=Mapping(kind=Kind(row.kind), fields=tuple(Field(one) if one else None for _, one in row.fields)),
        header=tuple(name for name, _ in row.fields),
        state=State(row.state),
        is_dry=row.is_dry,
        total=row.total,
        done=row.done,
        counts=row.counts,
        problem=_(row.problem) if row.problem else None,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
