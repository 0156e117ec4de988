"""Letters in an export: what each says as JSON Lines, and the exact bytes as .eml files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import MessageCopy
from db.raw import RawDamaged, RawMissing, RawStore
from ingest.export_folder import ExportFolder, as_line
from ingest.export_records import Seal
from linking.letter import Letter
from linking.letter_content import raw_of
from linking.letter_filter import LetterFilter
from linking.letters import letters_by_id, list_letters
from mail.message import Address

AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class LetterWriter:
    """Writes letters as one viewer sees them, a page at a time."""

    session: Session
    raw: RawStore
    viewer: Viewer
    folder: ExportFolder
    seal: Seal

    def write_shared(self, now: datetime) -> int:
        """Write every letter that the viewer sees; answer how many."""
        with self.folder.file("letters.jsonl") as lines:
            for letters in self._pages(now):
                copies = self._copies(MessageCopy.id.in_([one.copy_id for one in letters]))
                by_id = {copy.id: copy for copy in copies}
                for letter in letters:
                    lines.write(as_line(self._told(letter, by_id[letter.copy_id])))
            return lines.count

    def write_own(self) -> int:
        """Write every copy of the viewer's own, deleted ones too; answer how many."""
        last = 0
        with self.folder.file("letters.jsonl") as lines:
            while copies := self._copies(
                MessageCopy.owner_id == self.viewer.user_id, MessageCopy.id > last, limit=AT_ONCE
            ):
                ids = [copy.message_id for copy in copies]
                letters = letters_by_id(self.session, self.viewer, ids, self._read)
                for copy in copies:
                    lines.write(as_line(self._told(letters.get(copy.message_id), copy)))
                last = copies[-1].id
                self.session.expunge_all()
            return lines.count

    def _pages(self, now: datetime) -> Iterator[Sequence[Letter]]:
        cursor = None
        while True:
            page = list_letters(
                self.session, self.viewer, LetterFilter(), AT_ONCE, cursor, now=now, read_raw=self._read
            )
            yield page.rows
            self.session.expunge_all()
            if page.next is None:
                return
            cursor = page.next

    def _copies(self, *which: Any, limit: int | None = None) -> Sequence[MessageCopy]:
        query = select(MessageCopy).where(MessageCopy.company_id == self.viewer.company_id, *which)
        return self.session.scalars(query.order_by(MessageCopy.id).limit(limit)).all()

    def _read(self, sha256: str) -> bytes:
        return self.raw.read(self.session, self.viewer.company_id, sha256)

    def _told(self, letter: Letter | None, copy: MessageCopy) -> dict[str, Any]:
        """Answer one line; a letter that is out of view, as one with a blocked person, is its bytes alone."""
        about = {
            "id": self.seal("message", copy.message_id),
            "owner_id": self.seal("user", copy.owner_id),
            "sharing": copy.sharing,
            "origin": copy.origin,
            "direction": copy.direction,
            "received_at": copy.received_at.isoformat(),
            "deleted": copy.deleted_at is not None,
            "eml": self._write_eml(copy),
        }
        return about if letter is None else {**about, **_said(letter, self.seal)}

    def _write_eml(self, copy: MessageCopy) -> str | None:
        """Write the exact bytes; None where they are gone, or where the letter was only quoted in a text."""
        try:
            raw = raw_of(self._read(copy.sha256), copy.inner_path)
        except (RawMissing, RawDamaged):
            return None
        if raw is None:
            return None
        name = f"letters/{self.seal('copy', copy.id)}.eml"
        with self.folder.file(name) as file:
            file.write(raw)
        return name


def _said(letter: Letter, seal: Seal) -> dict[str, Any]:
    return {
        "thread_id": seal("thread", letter.thread_id),
        "message_id": letter.message_id,
        "date": letter.date.isoformat() if letter.date else None,
        "from": _people([letter.from_] if letter.from_ else []),
        "to": _people(letter.to),
        "cc": _people(letter.cc),
        "subject": letter.subject,
        "text": letter.text,
        "attachments": [one.filename for one in letter.attachments],
        "links": [
            {"type": one.type, "id": seal(one.type, one.target_id), "origin": one.origin, "rule": one.rule}
            for one in letter.links
        ],
    }


def _people(addresses: Iterable[Address]) -> list[dict[str, str]]:
    return [{"name": one.name, "address": one.address} for one in addresses]
