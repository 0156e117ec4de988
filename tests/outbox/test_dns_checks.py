"""What DNS said is kept, and asked again after a day; the page shows the last look and a button looks again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from config.settings import load
from db.models import Company, CompanyDomain, DnsCheck
from db.session import Database
from outbox.dns_checks import due, judged, keep_answers, wanted_by
from outbox.dns_record import Answer, Purpose, State, Wanted
from outbox.dns_watch import check_due
from tests.kit.factories import make
from tests.kit.resolver import ZoneResolver

SETTINGS = load({"SMARTBCC_HOSTNAME": "mail.example.org", "SMARTBCC_MAIL_DOMAIN": "bcc.example.org"})
ZONE = "bcc.example.org MX 10 mail.example.org\nmail.example.org A 8.8.8.8"


def _company(session: Session, domain: str) -> int:
    company_id = make(session, Company, policies={}).id
    make(session, CompanyDomain, company_id=company_id, domain=domain)
    return company_id


def _of(database: Database, company_id: int) -> dict[tuple[str, Purpose], State]:
    with database.read() as session:
        found = judged(session, wanted_by(session, SETTINGS, company_id))
    return {(one.wanted.domain, one.wanted.purpose): one.state for one in found}


def test_what_was_asked_is_kept_for_a_day_and_then_asked_again(database: Database) -> None:
    with database.write() as session:
        ours, theirs = _company(session, "northwind.example"), _company(session, "fabrikam.example")
    assert set(_of(database, ours).values()) == {State.UNKNOWN}

    resolver = ZoneResolver(ZONE)
    asked = check_due(database, resolver, SETTINGS)
    assert asked == 8 + 2 + 2
    assert check_due(database, resolver, SETTINGS) == 0
    found = _of(database, ours)
    assert found[("bcc.example.org", Purpose.MX)] is State.RIGHT
    assert found[("northwind.example", Purpose.OWN_SPF)] is State.MISSING
    assert ("fabrikam.example", Purpose.OWN_SPF) not in found
    assert ("fabrikam.example", Purpose.OWN_SPF) in _of(database, theirs)

    with database.write() as session:
        old = database.now(session) - timedelta(days=2)
        session.execute(update(DnsCheck).where(DnsCheck.kind == "mx").values(checked_at=old))
    resolver.records.clear()
    assert check_due(database, resolver, SETTINGS) == 1
    assert _of(database, ours)[("bcc.example.org", Purpose.MX)] is State.MISSING


def test_a_later_answer_takes_the_place_of_an_earlier_one_and_old_names_are_forgotten(database: Database) -> None:
    with database.write() as session:
        company_id = _company(session, "northwind.example")
        (mx,) = [one for one in wanted_by(session, SETTINGS, company_id) if one.purpose is Purpose.MX]
        gone: Wanted = replace(mx, name="gone.example")
        now = database.now(session)
        keep_answers(session, {gone: Answer(said=("10 x",))}, now - timedelta(days=90))
        keep_answers(session, {mx: Answer(failed="no answer in time")}, now)
        assert judged(session, [mx])[0].state is State.SILENT
        assert not due(session, [mx], now)
        keep_answers(session, {mx: Answer(said=("10 mail.example.org",), facts={"a": 1})}, now)
        assert judged(session, [mx])[0].state is State.RIGHT
        assert judged(session, [gone])[0].state is State.UNKNOWN
