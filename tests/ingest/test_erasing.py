"""Erasing a person: the address is nowhere any more, whichever table held it; everybody else's stays."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, Final

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.holds import Held, place_hold
from accounts.refusals import Conflict, Invalid
from config.settings import Settings
from db.base import Base
from db.models import (
    AuditEvent,
    ContactAddress,
    Decision,
    InboundMessage,
    Knock,
    Message,
    MessageAddress,
    MessageCopy,
    OutboxMessage,
    RawContent,
    Record,
)
from db.raw import RawMissing
from db.session import Database
from ingest.authenticate import Tools
from ingest.erasing import Eraser
from ingest.erasing_rows import sweep_tables
from ingest.naming import NOBODY, Naming
from ingest.replay import Replayer
from tests.kit.factories import fill_every_table, make
from tests.kit.mails import File, a_message
from tests.kit.proofs import Signatures
from tests.kit.worlds import World

NINA, OTTO, ANNA = "Nina.Neu@new.example", "otto@contoso.example", "anna@northwind.example"
ALIKE: Final = ("anna.nina.neu@new.example", "nina.neu@new.example.org", "nina.neu@new.example-shop.example")
A_MOMENT: Final = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
OURS: Final = frozenset({"user_account", "bcc_address", "raw_content"})
"""Tables whose texts are ours: what is erased is no user's and no address of ours."""
HASHES: Final = frozenset({"sha256", "delivery_key", "content_digest", "fingerprint", "token_hash", "code_hash"})
"""What cannot hold an address, because we make it of something else."""


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("From nina.neu@new.example, NINA.NEU@NEW.EXAMPLE.", f"From {NOBODY}, {NOBODY}."),
        ("<mailto:nina.neu@new.example>", f"<mailto:{NOBODY}>"),
        *((one, one) for one in ALIKE),
        ("", ""),
    ],
)
def test_an_address_is_found_whole(text: str, left: str) -> None:
    naming = Naming.of(NINA)
    assert naming.without(text) == left
    assert naming.is_in(text) == (text != left)
    assert naming.without({"a": [text, 1, None]}) == {"a": [left, 1, None]}


def test_an_address_is_found_as_people_write_its_domain_and_in_bytes() -> None:
    assert Naming.of("max@xn--mller-kva.example").is_in("schreib an Max@Müller.example!")
    naming = Naming.of(NINA)
    soft = b"Content-Transfer-Encoding: quoted-printable\r\n\r\nwrite to nina.neu@ne=\r\nw.example\r\n"
    assert naming.is_in_raw(soft)
    for text, found in ((f"write to {NINA} \N{SNOWMAN}" * 9, True), ("write to nobody \N{SNOWMAN}" * 9, False)):
        encoded = a_message(from_=OTTO, to=ANNA, text=text, attachments=[File("a.pdf", b"%PDF")])
        assert naming.is_in_raw(encoded) is found


def plant(database: Database) -> set[str]:
    """Write the address into every text of a company's rows; answer the tables that hold it now."""
    tables = [one for one in Base.metadata.sorted_tables if "company_id" in one.c and one.name not in OURS]
    held = set()
    with database.write() as session:
        fill_every_table(session)
        for table in tables:
            checked = {name for one in table.constraints for name in _checked(one)}
            texts = [one for one in table.columns if isinstance(one.type, sa.String | sa.JSON)]
            free = [one for one in texts if one.name not in checked | HASHES and not one.foreign_keys]
            for number, row in enumerate(session.execute(sa.select(table)).mappings().all()):
                this = [one == row[one.name] for one in table.primary_key.columns]
                value: dict[str, Any] = {
                    one.name: {"who": [f"<{NINA}>"]} if isinstance(one.type, sa.JSON) else f"x{number} {NINA.lower()}"
                    for one in free
                }
                if value:
                    session.execute(sa.update(table).where(*this).values(value))
                    held.add(table.name)
    return held


def _checked(constraint: sa.Constraint) -> list[str]:
    """Answer the columns that take some words only."""
    if not isinstance(constraint, sa.CheckConstraint):
        return []
    return [str(constraint.sqltext).partition(" ")[0]]


def test_it_is_in_no_table_afterwards(database: Database, settings: Settings) -> None:
    assert len(plant(database)) > 25
    with database.read() as session:
        companies = session.scalars(sa.select(sa.text("id")).select_from(sa.table("company"))).all()
    for company_id in companies:
        sweep_tables(database, company_id, Naming.of(NINA))
    assert found_in(database, NINA) == []


def found_in(database: Database, address: str) -> list[str]:
    """Answer the tables and columns in which the address stands, whatever their type."""
    needle, found = address.lower(), []
    with database.read() as session:
        for table in Base.metadata.sorted_tables:
            across = {"across_companies": "a test looks into every row"}
            for row in session.execute(sa.select(table).execution_options(**across)).mappings():
                texts = {name: str(value).lower().replace(ALIKE[0], "") for name, value in row.items()}
                found += [f"{table.name}.{name}" for name, value in texts.items() if needle in value]
    return found


class Office(World):
    """A world with mail of Nina's in every way in which one can name her."""

    def fill(self) -> None:
        self.record("nina", self.house.bert, "contact", name="Nina Neu", addresses=[NINA])
        self.record("both", self.house.bert, "contact", name="Office", addresses=[NINA, "office@new.example"])
        self.record("otto", self.house.bert, "contact", name="Otto", addresses=[OTTO])
        nina = f"Nina Neu <{NINA}>"
        self.alone = self.mail(a_message(from_=ANNA, to=nina, message_id="<alone@n.example>", text="Dear Nina"))
        self.mail(a_message(from_=nina, to=ANNA, message_id="<priv@n.example>", text="for you"), owner=self.house.anna)
        self.both = self.mail(
            a_message(
                from_=ANNA,
                to=[nina, OTTO],
                message_id="<both@n.example>",
                subject=f"for {NINA}",
                text=f"Otto, meet {NINA}",
                attachments=[File("offer.pdf", b"%PDF")],
            )
        )
        self.mail(a_message(from_=ANNA, to=OTTO, message_id="<quote@n.example>", text=f"Hi\n\n> {NINA} wrote\n> yes"))
        self.mail(a_message(from_=ANNA, to=OTTO, message_id="<other@n.example>", text="like " + ALIKE[0]))
        self.mail(a_message(from_=nina, to=ANNA, message_id="<held@n.example>", text="held of a stranger"))


@pytest.fixture
def office(database: Database, settings: Settings) -> Office:
    with Office(database, settings, private=True) as made:
        made.fill()
        return made


def eraser(office: Office) -> Eraser:
    return Eraser(office.database, office.raw, office.house.company_id)


def mails(session: Session) -> dict[str | None, str]:
    """Answer the text of every letter by its msg-id."""
    across = {"across_companies": "a test looks into every row"}
    return {row.message_id: row.text for row in session.scalars(sa.select(Message).execution_options(**across))}


def test_what_is_hers_alone_goes_and_the_rest_is_redacted(office: Office) -> None:
    office_id = office.house.company_id
    with office.database.write() as session:
        sender = hashlib.sha256(NINA.lower().encode()).hexdigest()
        make(session, Knock, company_id=office_id, sender=sender)
        ours = a_message(from_=ANNA, to=ANNA, text=f"from {NINA}")
        make(session, OutboxMessage, company_id=office_id, content=ours)
    seen = eraser(office).foresee(NINA)
    assert (seen.mail.deleted, seen.mail.redacted, seen.contacts) == (2, 2, 2)
    assert found_in(office.database, NINA)

    done = eraser(office).erase(NINA)

    assert (done.mail, done.contacts) == (seen.mail, 2)
    assert found_in(office.database, NINA) == []
    with office.database.read() as session:
        assert set(mails(session)) == {"<both@n.example>", "<quote@n.example>", "<other@n.example>"}
        assert ALIKE[0] in mails(session)["<other@n.example>"]
        contents = session.scalars(sa.select(RawContent.sha256).where(RawContent.company_id == office_id)).all()
        assert len(contents) == 1
        assert not session.scalars(sa.select(Knock.sender).where(Knock.company_id == office_id)).all()
        assert not session.scalars(sa.select(OutboxMessage.id).where(OutboxMessage.company_id == office_id)).all()
        names = sa.select(Record.name).where(Record.company_id == office_id, Record.type == "contact")
        assert sorted(session.scalars(names)) == ["Erased person", "Office", "Otto"]
        left = sa.select(ContactAddress.address_key).where(ContactAddress.company_id == office_id)
        assert sorted(session.scalars(left)) == ["office@new.example", OTTO]
        told = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "company.erase")).one()
        assert (told.args, told.actor_id) == ({}, None)
        nobody = sa.select(MessageAddress.name).where(
            MessageAddress.company_id == office_id, MessageAddress.address_key == NOBODY
        )
        assert session.scalars(nobody).all() == [""]
    assert eraser(office).erase(NINA).mail.deleted == 0


@pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)  # PostgreSQL has its own VACUUM
def test_nothing_of_it_lies_in_the_files(office: Office, settings: Settings) -> None:
    def whole() -> bytes:
        files = [path for path in settings.data_dir.rglob("*") if path.is_file()]
        return b"".join(path.read_bytes() for path in files).lower().replace(ALIKE[0].encode(), b"")

    assert NINA.lower().encode() in whole()
    eraser(office).erase(NINA)
    left = whole()
    places = [left[at - 60 : at + 60] for at in range(len(left)) if left.startswith(NINA.lower().encode(), at)]
    assert places == []


def test_a_redacted_mail_says_why_it_cannot_be_replayed(office: Office) -> None:
    eraser(office).erase(NINA)
    assert office.both
    tools = Tools(authenticate=Signatures())
    done = Replayer(office.database, office.raw, tools).replay(office.house.company_id, office.both.inbound_id)
    assert (done.result, "no longer be replayed" in (done.reason or "")) == ("impossible", True)
    with office.database.read() as session:
        mine = InboundMessage.company_id == office.house.company_id, InboundMessage.id == office.both.inbound_id
        sha256 = session.scalars(sa.select(InboundMessage.sha256).where(*mine)).one()
        steps = sa.select(Decision.steps).where(
            Decision.company_id == office.house.company_id, Decision.inbound_id == office.both.inbound_id
        )
        assert "R53.erased" in {step["rule"] for one in session.scalars(steps) for step in one}
    with pytest.raises(RawMissing):
        office.raw.load(office.house.company_id, sha256)


def test_mail_that_is_being_worked_on_waits(office: Office) -> None:
    assert office.alone
    with office.database.write() as session:
        this = sa.update(InboundMessage).where(
            InboundMessage.company_id == office.house.company_id, InboundMessage.id == office.alone.inbound_id
        )
        session.execute(this.values(status="processing"))
    assert eraser(office).erase(NINA).mail.waiting == 1
    with office.database.read() as session:
        assert "<alone@n.example>" in mails(session)


def test_a_hold_and_an_address_of_ours_refuse_it(office: Office) -> None:
    with pytest.raises(Conflict, match="user"):
        eraser(office).erase(ANNA)
    with pytest.raises(Conflict, match="smartbcc"):
        eraser(office).erase(office.house.bcc_address)
    with pytest.raises(Invalid):
        eraser(office).erase("nobody")
    with office.database.write() as session:
        place_hold(session, office.ada, Held.PERSON, "Case 7", A_MOMENT, address=NINA)
    before = found_in(office.database, NINA)
    with pytest.raises(Conflict, match="hold"):
        eraser(office).erase(NINA)
    assert found_in(office.database, NINA) == before
    with office.database.read() as session:
        copies = sa.select(MessageCopy.id).where(MessageCopy.company_id == office.house.company_id)
        assert len(session.scalars(copies).all()) == 5
