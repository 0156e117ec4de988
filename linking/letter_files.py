"""All files of a letter, one after another, as one viewer sees them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import ContentScan
from linking.letter import Letter, LetterAttachment
from linking.letter_content import ReadRaw
from linking.letters import find_letter, raw_of_letter
from mail.parse import attachment_contents


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFiles:
    """A letter and the raw bytes in which its files lie; `blocked` are the positions of bad ones (RULES R57)."""

    letter: Letter
    raw: bytes
    blocked: frozenset[int]

    def contents(self) -> Iterator[tuple[LetterAttachment, bytes | None]]:
        """Answer each file with its octets, decoded when its turn comes; None for one that is blocked."""
        files = {one.position: one for one in self.letter.attachments}
        for position, content in enumerate(attachment_contents(self.raw)):
            if position in files:
                yield files[position], None if position in self.blocked else content


def find_files(session: Session, viewer: Viewer, message_id: int, read_raw: ReadRaw) -> LetterFiles | None:
    """Answer the files of a letter; None where it is not for this viewer, or has none."""
    letter = find_letter(session, viewer, message_id, read_raw)
    raw = raw_of_letter(session, viewer, letter, read_raw) if letter is not None and letter.attachments else None
    if letter is None or raw is None:
        return None
    digests = [hashlib.sha256(content).hexdigest() for content in attachment_contents(raw)]
    bad = _infected(session, viewer, digests)
    blocked = {one.position for one in letter.attachments if one.scan == "infected"}
    return LetterFiles(
        letter=letter,
        raw=raw,
        blocked=frozenset(blocked | {position for position, digest in enumerate(digests) if digest in bad}),
    )


def _infected(session: Session, viewer: Viewer, digests: list[str]) -> frozenset[str]:
    """Answer those of the octets in which a scanner found something, in whatever mail it met them."""
    query = select(ContentScan.sha256).where(
        ContentScan.company_id == viewer.company_id,
        ContentScan.verdict == "infected",
        ContentScan.sha256.in_(digests),
    )
    return frozenset(session.scalars(query))
