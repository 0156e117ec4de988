"""What a company never stores is discarded before it is filed, with the rule that says so (RULES R34)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accounts.users import UserMade
from db.models import Message
from db.raw import RawStore
from db.session import Database
from ingest.inbounds import get_inbound
from ingest.loading import load_inbound
from ingest.release import restore
from linking.sentences import sentence
from tests.kit.mails import File, a_message
from tests.kit.thinking import Office, Told

CARL = "carl@customer.example"


@pytest.fixture
def office(database: Database) -> Office:
    """A company that names its rules in each test."""
    return Office(database)


@pytest.fixture
def rita(office: Office) -> UserMade:
    """Who writes."""
    return office.user("rita@seller.example")


def status(office: Office, told: Told) -> tuple[str, str]:
    """Answer how a mail ended, and why."""
    row = office.inbound(told.inbound_id)
    return row.status, row.reason or ""


MATCHING: list[tuple[str, dict[str, Any]]] = [
    ("unknown-contact", {}),
    ("from:rita@seller.example", {}),
    ("from:seller.example", {}),
    ("to:carl@customer.example", {}),
    ("to:customer.example", {"to": "x@mail.customer.example"}),
    ("to:customer.example", {"to": "a@b.example", "cc": CARL}),
    ("subject:project falcon", {"subject": "Re: Project  FALCON, phase 2"}),
    ("one-time-code", {"subject": "Your verification code", "text": "It is 482913."}),
    ("one-time-code", {"text": "Ihr Sicherheitscode lautet 48 29 oder 482 913."}),
    ("one-time-code", {"text": "Tu código de verificación es 4821"}),
    ("one-time-code", {"text": "Din engangskode: 48219"}),
    ("payroll", {"subject": "Your payslip for March"}),
    ("payroll", {"subject": "März", "attachments": [File("Gehaltsabrechnung_03.pdf", b"x", "application/pdf")]}),
    ("payroll", {"subject": "Nómina de marzo"}),
    ("payroll", {"subject": "Lønnsslipp mars"}),
    ("legal", {"text": "This letter is subject to Attorney-Client Privilege."}),
    ("legal", {"subject": "Anwaltskorrespondenz: Klage"}),
    ("legal", {"text": "Amparado por el secreto profesional."}),
    ("legal", {"text": "Brevet er underlagt taushetsplikt."}),
]
OTHERS: list[tuple[str, dict[str, Any]]] = [
    ("from:customer.example", {}),
    ("from:eller.example", {}),
    ("to:seller.example", {}),
    ("subject:project falcon", {"subject": "Project Falconry"}),
    ("subject:project falcon", {"subject": "Falcon project"}),
    ("one-time-code", {"text": "Our security code of conduct has 4 chapters."}),
    ("one-time-code", {"text": "Order 482913 has shipped."}),
    ("payroll", {"subject": "Offer", "text": "We also do payroll."}),
    ("legal", {"text": "Our lawyers like the offer."}),
]


@pytest.mark.parametrize(("rule", "mail"), MATCHING)
def test_what_a_rule_names_is_not_stored(office: Office, rita: UserMade, rule: str, mail: dict[str, Any]) -> None:
    office.decides(never_store=[rule])
    told = office.deliver(a_message(**mail))
    assert (status(office, told), told.message_ids) == (("discarded", "R34.never_store"), ())
    with office.database.read() as session:
        assert session.scalars(select(Message.id).where(Message.company_id == office.company_id)).all() == []
        row = get_inbound(session, rita.viewer, told.inbound_id)
    assert sentence(row.reason or "", row.reason_args, {}.get) == (
        f"Not stored, because the company's rule “{rule}” says so."
    )


@pytest.mark.parametrize(("rule", "mail"), OTHERS)
def test_what_it_does_not_name_is(office: Office, rita: UserMade, rule: str, mail: dict[str, Any]) -> None:
    office.decides(never_store=[rule])
    assert status(office, office.deliver(a_message(**mail)))[0] == "filed"


def test_a_known_contact_or_a_record_address_lets_mail_in(office: Office, rita: UserMade) -> None:
    office.decides(never_store=["unknown-contact"])
    deal = office.record(rita, "deal", title="Chairs")
    assert status(office, office.deliver(a_message(), to=[deal.bcc_address]))[0] == "filed"
    office.contact(rita, CARL)
    assert status(office, office.deliver(a_message(text="two", to=[CARL, "new@x.example"])))[0] == "filed"
    note = office.deliver(a_message(to=office.bcc_address))
    assert status(office, note)[0] == "filed"


def test_a_colleagues_own_contact_lets_nothing_in(office: Office, rita: UserMade) -> None:
    office.decides(never_store=["unknown-contact"])
    office.contact(office.user("otto@seller.example"), CARL, visibility="owner")
    assert status(office, office.deliver(a_message()))[0] == "discarded"


def test_it_can_be_taken_back_for_seven_days_and_is_filed_then(office: Office, rita: UserMade, settings: Any) -> None:
    office.decides(never_store=["payroll"])
    told = office.deliver(a_message(subject="Payslip"))
    with office.database.write() as session:
        restore(session, rita.viewer, told.inbound_id, office.at + timedelta(days=6))
    with office.database.read() as session:
        raw = RawStore(office.database, settings.data_dir)
        again = load_inbound(session, raw, office.company_id, told.inbound_id)
    assert status(office, office.write(office.think(again))) == ("filed", "R10a.released")
