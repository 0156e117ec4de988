"""Two worlds that differ by one user's private mail, and what the others can read of them (RULES R30b).

    with_it = World(database, data_dir, private=True)
    without = World(other, other_dir, private=False)
    for world in (with_it, without):
        tell_story(world)
    assert seen_by(with_it, with_it.bert) == seen_by(without, without.bert)

`secret` mail is Anna's and private; the world without it lets the time pass and does nothing. Mail
goes through the real store and the real worker; time is the story's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users import UserMade, change_preferences
from accounts.viewer import Viewer
from config.settings import Settings
from db.models import MessageCopy
from db.raw import RawStore
from db.session import Database
from db.wake import Waker
from ingest.applying import apply
from ingest.delivery import Delivery
from ingest.inbound import Inbound, Origin
from ingest.pipeline import Tools, process
from ingest.plan import Plan
from ingest.reading import DatabaseReader
from ingest.store import Store
from ingest.upload import upload_envelope
from ingest.worker import Worker
from linking.links import Linked, add_link
from linking.record_fields import RecordType
from linking.records import create_record
from mail.envelope import Envelope
from mail.parse import parse
from outbox.letterhead import Letterhead
from tests.kit.company import MAIL_DOMAIN, NOW, House, house_in
from tests.kit.thinking import Signatures, a_proof

LETTERHEAD: Final = Letterhead(base_url="https://bcc.example", mail_domain=MAIL_DOMAIN, hostname="mx.bcc.example")
CANARY: Final = "canary"
"""Stands in every secret mail and nowhere else."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A mail of the story: its row, and the letter that it gave."""

    inbound_id: int
    message_id: int


class World:
    """A company with Anna, who has secrets, Bert, her colleague, and Ada, the admin."""

    def __init__(
        self, database: Database, settings: Settings, *, private: bool, domain: str = "northwind.example"
    ) -> None:
        self.database = database
        self.private = private
        self.at = NOW
        self.house: House = house_in(database, domain.partition(".")[0].title(), domain)
        self.anna, self.bert, self.ada = self.house.anna.viewer, self.house.bert.viewer, self.house.ada.viewer
        self.raw = RawStore(database, settings.data_dir)
        self.filed: list[Filed] = []
        self.secrets: list[Filed | None] = []
        self.records: dict[str, int] = {}
        self._waker = Waker(settings)
        self._store = Store(database, self.raw, self._waker)
        self._tools = Tools(authenticate=Signatures())
        self._worker: Worker[Plan] = Worker(database, self.raw, self._think, self._write)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._store.close()
        self._waker.close()

    def record(self, called: str, owner: UserMade, record_type: str, **given: Any) -> int:
        """Make a record and remember it by name."""
        with self.database.write() as session:
            made = create_record(session, owner.viewer, RecordType(record_type), given, self.at, MAIL_DOMAIN)
        self.records[called] = made.id
        return made.id

    def prefer(self, user: UserMade, **preferences: object) -> None:
        """Change preferences of a user."""
        with self.database.write() as session:
            change_preferences(session, user.viewer, preferences)

    def mail(self, raw: bytes, *, owner: UserMade | None = None, to: str | None = None) -> Filed | None:
        """Take a mail in: an upload of its owner, else a proved mail to the universal or the named address."""
        self._pass_time()
        filed = self._take(raw, owner, to)
        if filed:
            self.filed.append(filed)
        return filed

    def secret(self, raw: bytes, *, owner: UserMade | None = None, to: str | None = None) -> Filed | None:
        """Take a private mail of Anna's in, in the world that has it."""
        self._pass_time()
        filed = self._take(raw, owner, to) if self.private else None
        assert filed or not self.private
        self.secrets.append(filed)
        return filed

    def act(self, what: Callable[[Session, datetime], object]) -> None:
        """Let somebody do something in both worlds."""
        self._pass_time()
        with self.database.write() as session:
            what(session, self.at)

    def act_secretly(self, filed: Filed | None, what: Callable[[Session, int, datetime], object]) -> None:
        """Let Anna do something to a secret letter."""
        self._pass_time()
        if filed is not None:
            with self.database.write() as session:
                what(session, filed.message_id, self.at)

    def link(self, viewer: Viewer, filed: Filed, record: str, record_type: str) -> None:
        """Link a letter by hand."""
        with self.database.write() as session:
            done = add_link(session, viewer, filed.message_id, record_type, self.records[record], self.at)
        assert isinstance(done, Linked)

    def _pass_time(self) -> None:
        self.at += timedelta(minutes=1)

    def _take(self, raw: bytes, owner: UserMade | None, to: str | None) -> Filed | None:
        origin: Origin = "upload" if owner else "smtp"
        author = parse(raw).from_[0].address
        stored = self._store.put(
            Delivery(
                company_id=self.house.company_id,
                envelope=upload_envelope(self.at) if owner else self._envelope(to or self.house.bcc_address),
                raw=raw,
                origin=origin,
                owner_id=owner.user_id if owner else None,
                proof=None if owner else a_proof(author),
            )
        )
        self._worker.run_until_idle()
        with self.database.read() as session:
            query = select(MessageCopy.message_id).where(MessageCopy.inbound_id == stored.inbound_id)
            message_id = session.scalars(query).first()
        return None if message_id is None else Filed(stored.inbound_id, message_id)

    def _envelope(self, to: str) -> Envelope:
        return Envelope(
            reverse_path="bounce@northwind.example",
            forward_paths=(to,),
            helo="mx.northwind.example",
            peer="192.0.2.1",
            tls=True,
            received_at=self.at,
        )

    def _think(self, inbound: Inbound) -> Plan:
        with self.database.read() as session:
            return process(inbound, DatabaseReader(session, inbound.company_id), self._tools)

    def _write(self, plan: Plan, session: Session) -> None:
        apply(plan, session, self.at, LETTERHEAD)
