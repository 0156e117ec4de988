"""Exports: a company's records and shared mail, or all that is one user's, on one read snapshot (RULES R53).

The company is exported as an admin without mail of his own sees it, so that nothing private can be among it;
of that there is a number for each user. A user's own export is started by that user alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.audit import OWN, record_event
from accounts.blocking import list_blocked
from accounts.companies import get_company
from accounts.users import get_user
from accounts.viewer import Role, Viewer
from db.models import MessageCopy, Unresolved, User
from db.raw import RawStore
from db.session import Database
from ingest.export_folder import ExportFolder, as_line
from ingest.export_letters import LetterWriter
from ingest.export_records import Seal, write_records
from linking.standing import list_standing

NOBODY: Final = 0
"""The id of no user."""
MOST_ANSWERS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Exporter:
    """Writes exports of an installation into folders."""

    database: Database
    raw: RawStore
    seal: Seal

    def export_company(self, company_id: int, path: Path) -> dict[str, Any]:
        """Write a company's export and answer its counts; raise Conflict, OSError."""
        viewer, folder = Viewer(company_id, NOBODY, Role.ADMIN), ExportFolder.make(path)
        with self.database.read() as session:
            now, company = self.database.now(session), get_company(session, company_id)
            counts: dict[str, Any] = {"records": write_records(session, viewer, folder, self.seal)}
            counts["letters"] = LetterWriter(session, self.raw, viewer, folder, self.seal).write_shared(now)
            counts["private_letters"] = self._private(session, company_id)
            self._write_people(session, company_id, folder)
        about = {"kind": "company", "company": company.name, "policies": company.policies.model_dump(mode="json")}
        folder.finish({**about, "made_at": now.isoformat(), "counts": counts})
        self._note(viewer, "export.make")
        return counts

    def export_user(self, viewer: Viewer, path: Path) -> dict[str, Any]:
        """Write all that is a user's and answer its counts; raise Conflict, OSError."""
        folder = ExportFolder.make(path)
        with self.database.read() as session:
            now, user = self.database.now(session), get_user(session, viewer.company_id, viewer.user_id)
            counts: dict[str, Any] = {
                "records": write_records(session, viewer, folder, self.seal, owner_id=viewer.user_id),
                "letters": LetterWriter(session, self.raw, viewer, folder, self.seal).write_own(),
                "answers": self._write_answers(session, viewer, folder),
            }
        about = {"kind": "user", "email": user.email, "name": user.name, "made_at": now.isoformat()}
        folder.finish({**about, "preferences": user.preferences.model_dump(mode="json"), "counts": counts})
        self._note(viewer, f"{OWN}export.make")
        return counts

    def _private(self, session: Session, company_id: int) -> dict[str, int]:
        """Count private copies by user; of their letters nothing is told."""
        query = (
            select(User.email, func.count(MessageCopy.id))
            .join(MessageCopy, (MessageCopy.company_id == User.company_id) & (MessageCopy.owner_id == User.id))
            .where(User.company_id == company_id, MessageCopy.company_id == company_id)
            .where(MessageCopy.sharing == "private")
        )
        rows = session.execute(query.group_by(User.email).order_by(User.email))
        return {row[0]: row[1] for row in rows}

    def _write_people(self, session: Session, company_id: int, folder: ExportFolder) -> None:
        columns = (User.id, User.email, User.name, User.role, User.state)
        with folder.file("users.jsonl") as lines:
            for row in session.execute(select(*columns).where(User.company_id == company_id).order_by(User.id)):
                told = {"email": row.email, "name": row.name, "role": row.role, "state": row.state}
                lines.write(as_line({"id": self.seal("user", row.id), **told}))

    def _write_answers(self, session: Session, viewer: Viewer, folder: ExportFolder) -> int:
        """Write what the user answered once and for all, whom he blocked, and what he is asked."""
        asked = Unresolved.company_id == viewer.company_id, Unresolved.owner_id == viewer.user_id
        with folder.file("answers.jsonl") as lines:
            for answer in list_standing(session, viewer, MOST_ANSWERS).rows:
                people = [answer.names[one] for one in answer.people if one in answer.names]
                about = {"about": answer.address or people, "target": self.seal(answer.target_type, answer.target_id)}
                lines.write(as_line({"kind": "standing", **about, "at": answer.created_at.isoformat()}))
            for blocked in list_blocked(session, viewer, MOST_ANSWERS):
                lines.write(as_line({"kind": "blocked", "name": blocked.name, "scope": str(blocked.scope)}))
            for question in session.scalars(select(Unresolved).where(*asked).order_by(Unresolved.id)):
                about = {"message": self.seal("message", question.message_id), "state": question.state}
                lines.write(as_line({"kind": "question", "rule": question.question, **about}))
            return lines.count

    def _note(self, viewer: Viewer, action: str) -> None:
        actor = viewer.user_id or None
        with self.database.write() as session:
            now: datetime = self.database.now(session)
            record_event(session, viewer.company_id, actor, action, now=now, target=("company", viewer.company_id))
