"""ThreadChoice: letters that somebody split out of a conversation, or conversations that he merged (RULES R25)."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CompanyId, Id, MaybeRef, MaybeTime, Ref, Text, Time


class ThreadChoice(Base):
    """One act: kind split | merge."""

    __tablename__ = "thread_choice"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "made_by"], ["user_account.company_id", "user_account.id"]),
        CheckConstraint("kind IN ('split', 'merge')", name="kind"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    kind: Mapped[Text]
    made_by: Mapped[Ref]
    made_at: Mapped[Time]
    undone_at: Mapped[MaybeTime]
    undone_by: Mapped[MaybeRef]


class ThreadChoiceLetter(Base):
    """A letter that the actor saw in what he split or merged; `is_first` where he split it out, or of the first of two.

    It holds for whoever sees the letter through `copy_id`, the actor's view of it; one that `is_shared`
    for whoever sees it through any shared copy.
    """

    __tablename__ = "thread_choice_letter"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "choice_id", "message_id"),
        ForeignKeyConstraint(
            ["company_id", "choice_id"], ["thread_choice.company_id", "thread_choice.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["company_id", "message_id"], ["message.company_id", "message.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["company_id", "copy_id"], ["message_copy.company_id", "message_copy.id"], ondelete="CASCADE"
        ),
        Index("ix_thread_choice_letter_company_id_message_id", "company_id", "message_id"),
        Index("ix_thread_choice_letter_company_id_copy_id", "company_id", "copy_id"),
    )
    company_id: Mapped[CompanyId]
    choice_id: Mapped[Ref]
    message_id: Mapped[Ref]
    copy_id: Mapped[Ref]
    is_shared: Mapped[bool] = mapped_column(Boolean, nullable=False)
    is_first: Mapped[bool] = mapped_column(Boolean, nullable=False)
