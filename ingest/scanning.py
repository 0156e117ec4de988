"""Files are shown to the operator's scanner after they are filed, never before the 250 (RULES R57).

What it found is kept by the content of a file; what it found nothing in is asked about again with the next mail that
holds it, because its signatures are newer then and because one user's mail decides nothing for another's (R30b). While
the scanner is away nothing is marked and mail flows; the files wait.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import and_, select, text, update
from sqlalchemy.orm import Session

from db.failures import place_of
from db.inserting import set_in
from db.models import Attachment, ContentScan, Message, MessageCopy
from db.raw import RawDamaged, RawMissing, RawStore
from db.session import Database
from linking.letter_content import raw_of
from mail.parse import attachment_content
from net.scanner import ScanAnswer, Scanner, ScannerAway

AT_ONCE: Final = 20
EVERY_SECONDS: Final = 5.0
AWAY_SECONDS: Final = 60.0
UNREADABLE: Final = "unreadable"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Unscanned:
    """A file that nobody has looked into, and where its octets lie."""

    company_id: int
    id: int
    position: int
    sha256: str
    inner_path: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """`content_sha256` is "" where the octets could not be read."""

    file: Unscanned
    content_sha256: str
    answer: ScanAnswer


def run_scanning(database: Database, raw: RawStore, scanner: Scanner, stop: threading.Event) -> None:
    """Scan what is new until told to stop."""
    while not stop.is_set():
        wait = EVERY_SECONDS
        try:
            if scan_some(database, raw, scanner):
                continue
        except ScannerAway as away:
            log.warning("scanner away", reason=str(away))
            wait = AWAY_SECONDS
        except Exception as error:  # the database may be away: the next round does the work
            log.error("files not scanned", error=type(error).__name__, place=place_of(error))
        stop.wait(wait)


def scan_some(database: Database, raw: RawStore, scanner: Scanner) -> int:
    """Scan the newest files that nobody has looked into, and answer how many there were; raise ScannerAway."""
    done: list[Scanned] = []
    for one in _waiting(database):
        done.append(_scan(raw, scanner, one, done))
    if done:
        with database.write() as session:
            _keep(session, done, database.now(session))
    return len(done)


def _keep(session: Session, done: Sequence[Scanned], now: datetime) -> None:
    for one in done:
        verdict = "infected" if one.answer.is_infected else "clean"
        if one.content_sha256:
            where = {"company_id": one.file.company_id, "sha256": one.content_sha256}
            said = {"verdict": verdict, "name": one.answer.name, "scanned_at": now}
            keep = set_in(session.get_bind().dialect.name, ContentScan, ("company_id", "sha256"), tuple(said))
            session.execute(keep.values(**where, **said))
        this = (Attachment.company_id == one.file.company_id, Attachment.id == one.file.id)
        seen = verdict if one.content_sha256 else UNREADABLE
        session.execute(update(Attachment).where(*this).values(scan=seen, scan_name=one.answer.name))


def _waiting(database: Database) -> list[Unscanned]:
    # As it stands in the partial index.
    unscanned = text("attachment.scan IS NULL")
    query = select(Attachment.company_id, Attachment.id, Attachment.message_id, Attachment.position).where(unscanned)
    everywhere = {"across_companies": "the scanner serves every company"}
    with database.read() as session:
        rows = session.execute(query.order_by(Attachment.id.desc()).limit(AT_ONCE), execution_options=everywhere).all()
        return [
            Unscanned(company_id, number, position, *_place_of(session, company_id, message_id))
            for company_id, number, message_id, position in rows
        ]


def _place_of(session: Session, company_id: int, message_id: int) -> tuple[str, int]:
    """Answer raw bytes and inner path of a witness that shows the letter as its rows do."""
    of_letter = and_(Message.company_id == MessageCopy.company_id, Message.id == MessageCopy.message_id)
    query = (
        select(MessageCopy.sha256, MessageCopy.inner_path)
        .join(Message, of_letter)
        .where(
            MessageCopy.company_id == company_id,
            MessageCopy.message_id == message_id,
            MessageCopy.content_digest == Message.content_digest,
        )
    )
    row = session.execute(query.limit(1)).one_or_none()
    return (row[0], row[1]) if row else ("", 0)


def _scan(raw: RawStore, scanner: Scanner, one: Unscanned, before: Sequence[Scanned]) -> Scanned:
    content = _content(raw, one)
    if content is None:
        return Scanned(one, "", ScanAnswer())
    digest = hashlib.sha256(content).hexdigest()
    for other in before:
        if (other.file.company_id, other.content_sha256) == (one.company_id, digest):
            return Scanned(one, digest, other.answer)
    return Scanned(one, digest, scanner.scan(content))


def _content(raw: RawStore, one: Unscanned) -> bytes | None:
    try:
        letter = raw_of(raw.load(one.company_id, one.sha256), one.inner_path) if one.sha256 else None
        return None if letter is None else attachment_content(letter, one.position)
    except (RawMissing, RawDamaged, IndexError):
        return None
