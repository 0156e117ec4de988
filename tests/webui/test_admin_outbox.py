"""Outgoing mail: totals of all of it, one by one only what does not arrive, and never what a user composed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from db.models import DeliveryAttempt, Destination, OutboxMessage
from outbox.delivery_log import look_at_outbox
from outbox.queue import Kind, Outgoing, enqueue
from tests.kit.factories import make
from tests.webui.conftest import Office

CONTENT = b"From: no-reply@bcc.localhost\r\nSubject: canary-subject\r\n\r\ncanary-content\r\n"


def a_mail(office: Office, kind: Kind = Kind.NOTICE, to: str = "anna@northwind.example", **values: Any) -> str:
    """Put a mail of the company into the outbox as it would stand after some tries; answer its public id."""
    company_id = office.ada.viewer.company_id
    with office.site.database.write() as session:
        now = office.site.database.now(session)
        mail = Outgoing(
            company_id=company_id, key=f"canary-key {to} {kind}", kind=kind, forward_path=to, content=CONTENT
        )
        made = enqueue(session, mail, now)
        assert made is not None
        if values:
            this = OutboxMessage.company_id == company_id, OutboxMessage.id == made
            session.execute(update(OutboxMessage).where(*this).values(**values))
        if values.get("last_reply"):
            given = {"company_id": company_id, "outbox_id": made, "source": "try", "at": now, "host": "mx.example"}
            make(session, DeliveryAttempt, **given, code=450, reply=values["last_reply"])
    return office.seal("outbox", made)


def row(office: Office, sealed: str) -> OutboxMessage:
    """Answer a mail as it stands."""
    made = office.site.sealer.unseal("outbox", sealed)
    this = OutboxMessage.company_id == office.ada.viewer.company_id, OutboxMessage.id == made
    with office.site.database.read() as session:
        return session.scalars(select(OutboxMessage).where(*this)).one()


def page(office: Office) -> str:
    """Answer the page as the admin reads it."""
    return office.ada.browser().get("/admin/outbox").text


def now_of(office: Office) -> Any:
    """Answer the database's time."""
    with office.site.database.read() as session:
        return office.site.database.now(session)


def test_what_is_delivered_or_composed_is_a_number_and_what_fails_is_listed_with_the_reply(office: Office) -> None:
    now = now_of(office)
    a_mail(office, to="quiet@northwind.example")
    a_mail(office, to="fine@northwind.example", status="sent", ended_at=now)
    a_mail(office, Kind.COMPOSED, to="secret@rival.example", status="failed", ended_at=now, last_reply="5.1.1 No")
    shown = a_mail(office, status="failed", ended_at=now, attempts=3, last_reply="5.1.1 <b>No such</b> user")
    a_mail(office, to="slow@northwind.example", attempts=1, last_reply="4.2.0 Later")
    text = page(office)
    assert f'data-id="{shown}"' in text
    assert "anna@northwind.example" in text
    assert "5.1.1 &lt;b&gt;No such&lt;/b&gt; user" in text
    assert "slow@northwind.example" in text
    for hidden in ("quiet@", "fine@", "secret@", "rival.example", "canary", "notice</", "confirmation"):
        assert hidden not in text.replace("Notices and confirmations", ""), hidden
    assert "2 mails, the oldest for" in text
    assert "1 sent, 2 not delivered, 0 that may have arrived" in text
    assert "Sending is off" in text


def test_nobody_else_sees_or_steers_it(office: Office) -> None:
    mail = a_mail(office, attempts=1, last_reply="4.2.0 Later")
    composed = a_mail(office, Kind.COMPOSED, to="x@rival.example", attempts=1, last_reply="4.2.0 Later")
    stranger = office.stranger.browser()
    assert "anna@northwind.example" not in stranger.get("/admin/outbox").text
    assert stranger.post(f"/admin/outbox/{mail}/cancel", page="/admin/outbox").status_code == 404
    assert office.ada.browser().post(f"/admin/outbox/{composed}/cancel", page="/admin/outbox").status_code == 404
    assert office.rep.browser().get("/admin/outbox").status_code == 403
    assert row(office, mail).status == row(office, composed).status == "queued"


def test_a_mail_is_cancelled_and_sent_after_all_and_one_that_is_under_way_is_not(office: Office) -> None:
    admin, mail = office.ada.browser(), a_mail(office, attempts=1, last_reply="4.2.0 Later", lease_token="t")
    assert admin.post(f"/admin/outbox/{mail}/cancel", page="/admin/outbox").status_code == 303
    assert (row(office, mail).status, row(office, mail).lease_token) == ("cancelled", None)
    assert "Send it after all" in page(office)
    assert admin.post(f"/admin/outbox/{mail}/retry", page="/admin/outbox").status_code == 303
    assert (row(office, mail).status, row(office, mail).ended_at) == ("queued", None)
    under_way = a_mail(office, to="b@northwind.example", status="sending", lease_token="t")
    for act in ("cancel", "retry"):
        assert admin.post(f"/admin/outbox/{under_way}/{act}", page="/admin/outbox").status_code == 409
    unknown = a_mail(office, to="c@northwind.example", status="unknown", ended_at=now_of(office))
    assert admin.post(f"/admin/outbox/{unknown}/retry", page="/admin/outbox").status_code == 409
    assert "may have arrived</span>" in page(office)


def test_a_failed_mail_gets_its_whole_time_again_and_one_without_content_none(office: Office) -> None:
    admin, past = office.ada.browser(), now_of(office) - timedelta(days=1)
    failed = a_mail(office, status="failed", ended_at=past, give_up_at=past, last_reply="It waited too long")
    assert admin.post(f"/admin/outbox/{failed}/retry", page="/admin/outbox").status_code == 303
    assert row(office, failed).give_up_at > now_of(office) + timedelta(days=1)
    empty = a_mail(office, to="d@northwind.example", status="failed", ended_at=past, content=b"")
    assert admin.post(f"/admin/outbox/{empty}/retry", page="/admin/outbox").status_code == 409
    log = admin.get("/admin/audit").text
    assert "had a mail of ours tried again" in log


def test_all_sending_is_paused_and_goes_on(office: Office) -> None:
    admin = office.ada.browser()
    for _ in range(2):
        assert admin.post("/admin/outbox/pause", page="/admin/outbox").status_code == 303
    assert "Sending is paused" in page(office)
    assert "Sending is paused" in admin.get("/admin").text
    with office.site.database.read() as session:
        mine, other = (
            look_at_outbox(session, one.viewer.company_id, now_of(office)) for one in (office.ada, office.stranger)
        )
    assert mine.paused_since is not None
    assert other.paused_since is None
    assert admin.post("/admin/outbox/resume", page="/admin/outbox").status_code == 303
    assert "Sending is paused" not in page(office)


def test_a_destination_that_asked_us_to_slow_down_is_shown_to_who_has_mail_for_it(office: Office) -> None:
    until = now_of(office) + timedelta(minutes=10)
    with office.site.database.write() as session:
        for name in ("northwind.example", "rival.example", "elsewhere.example"):
            make(session, Destination, name=name, strikes=1, paused_until=until, code=421)
    a_mail(office)
    a_mail(office, Kind.COMPOSED, to="x@rival.example")
    text = page(office)
    assert "<bdi>northwind.example</bdi> asked for it (421)" in text
    assert "rival.example" not in text
    assert "elsewhere.example" not in text


def test_health_says_what_is_wrong_with_sending(office: Office) -> None:
    admin = office.ada.browser()
    assert "Sending is off" not in admin.get("/admin").text
    a_mail(office)
    assert "Sending is off, and 1 mail of ours waits" in admin.get("/admin").text
