"""RecordImport: a file of records that a user takes in, its own queue; what came of its lines, to be undone.

State: draft > running (a dry run) > draft > running > done > undoing > undone; failed where it could not go on.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CompanyId, Id, JsonValue, MaybeJson, MaybeRef, MaybeText, MaybeTime, Ref, Text, Time

DUE = "state IN ('running', 'undoing')"


class RecordImport(Base):
    """`fields`: what each column says, null where it is not read; `done`: lines that are finished, where to go on.

    `is_dry`: the run finds out and changes nothing. `counts`: lines by outcome.
    """

    __tablename__ = "record_import"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        CheckConstraint("kind IN ('contacts', 'organizations', 'deals')", name="kind"),
        CheckConstraint("state IN ('draft', 'running', 'done', 'undoing', 'undone', 'failed')", name="state"),
        Index(
            "ix_record_import_due",
            "company_id",
            "next_attempt_at",
            sqlite_where=text(DUE),
            postgresql_where=text(DUE),
        ),
        Index("ix_record_import_company_id_user_id_id", "company_id", "user_id", "id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    kind: Mapped[Text]
    file_name: Mapped[Text]
    fields: Mapped[JsonValue]
    state: Mapped[Text]
    is_dry: Mapped[bool] = mapped_column(Boolean, nullable=False)
    total: Mapped[int] = mapped_column(Integer, nullable=False)
    done: Mapped[int] = mapped_column(Integer, nullable=False)
    counts: Mapped[JsonValue]
    problem: Mapped[MaybeText]
    attempts: Mapped[int] = mapped_column(Integer, nullable=False)
    next_attempt_at: Mapped[Time]
    lease_token: Mapped[MaybeText]
    lease_until: Mapped[MaybeTime]
    created_at: Mapped[Time]
    finished_at: Mapped[MaybeTime]


class ImportPart(Base):
    """A piece of the file, compressed; all of them go when the import is done or forgotten."""

    __tablename__ = "import_part"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "import_id", "position"),
        ForeignKeyConstraint(
            ["company_id", "import_id"], ["record_import.company_id", "record_import.id"], ondelete="CASCADE"
        ),
    )
    company_id: Mapped[CompanyId]
    import_id: Mapped[Ref]
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    content: Mapped[bytes] = mapped_column(LargeBinary, nullable=False)


class ImportLine(Base):
    """What came of a line; `position` over 0 are records made along with it, such as its organisation.

    A line that was not taken keeps its `cells`. `before`: what a changed record said, to be put back; its organization
    may be one that the importer may not see, so it is shown to nobody.
    `at`: the record's time of change then; one that changed since is left alone.
    """

    __tablename__ = "import_line"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "import_id", "line", "position"),
        ForeignKeyConstraint(
            ["company_id", "import_id"], ["record_import.company_id", "record_import.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["company_id", "record_id"], ["record.company_id", "record.id"], ondelete="CASCADE"),
        CheckConstraint("outcome IN ('new', 'changed', 'doubtful', 'wrong')", name="outcome"),
        Index("ix_import_line_company_id_record_id", "company_id", "record_id"),
    )
    company_id: Mapped[CompanyId]
    import_id: Mapped[Ref]
    line: Mapped[int] = mapped_column(Integer, nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    outcome: Mapped[Text]
    record_id: Mapped[MaybeRef]
    said: Mapped[Text]
    cells: Mapped[MaybeJson]
    before: Mapped[MaybeJson]
    at: Mapped[Time]
    undone: Mapped[bool] = mapped_column(Boolean, nullable=False)
