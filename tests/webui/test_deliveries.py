"""The delivery log: one's own in full, of others what an admin may know; a search tells no more than a row does."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update

from db.models import DeliveryAttempt, OutboxMessage
from outbox.queue import Kind, Outgoing, enqueue
from tests.kit.factories import make
from tests.kit.http import Person
from tests.webui.conftest import CUSTOMER, REP, Office


def rows(who: Person, query: str = "") -> list[str]:
    """Answer the ids that the log shows somebody."""
    return re.findall(r'data-id="(\w+)"', who.browser().get(f"/deliveries{query}").text)


def sent(office: Office, to: str, owner: Person | None, kind: Kind = Kind.NOTICE, **values: Any) -> str:
    """Put a mail of ours into the outbox as it stands after a try; answer its public id."""
    company_id = office.ada.viewer.company_id
    with office.site.database.write() as session:
        now = office.site.database.now(session)
        user_id = owner.viewer.user_id if owner else None
        mail = Outgoing(
            company_id=company_id, key=f"{to} {kind}", kind=kind, forward_path=to, content=b"x", user_id=user_id
        )
        made = enqueue(session, mail, now)
        assert made is not None
        this = OutboxMessage.company_id == company_id, OutboxMessage.id == made
        session.execute(update(OutboxMessage).where(*this).values(**values | {"ended_at": now}))
        given = {"company_id": company_id, "outbox_id": made, "source": "try", "at": now, "host": "mx.far.example"}
        make(session, DeliveryAttempt, **given, code=550, reply="5.1.1 No such user")
    return office.seal("outbox", made)


def test_ones_own_mail_is_told_in_full(office: Office) -> None:
    filed = office.mail(subject="canary subject")
    path = f"/deliveries/in/{office.seal('inbound', filed.inbound_id)}"
    assert rows(office.rep) == [office.seal("inbound", filed.inbound_id)]
    text = office.rep.browser().get(path).text
    for told in ("192.0.2.1", "mx.northwind.example", "bounce@northwind.example", "Ok: stored as", "DKIM", "DMARC"):
        assert told in text, told
    assert f"/m/{office.seal('message', filed.message_id)}" in text
    assert "canary" not in text
    assert rows(office.colleague) == []
    assert office.colleague.browser().get(path).status_code == 404
    assert office.stranger.browser().get(path).status_code == 404


def test_of_private_mail_an_admin_sees_that_it_came_and_no_search_finds_its_addresses(office: Office) -> None:
    private = office.mail(owner=office.rep, from_=CUSTOMER, to=REP, subject="canary")
    held = office.held(subject="canary held")
    number = office.seal("inbound", private.inbound_id)
    assert set(rows(office.ada)) == {number, held}
    text = office.ada.browser().get(f"/deliveries/in/{number}").text
    assert "This mail is private." in text
    for hidden in (CUSTOMER, REP, "canary", "DKIM", "/m/"):
        assert hidden not in text.partition('<div class="set-body">')[2], hidden
    for asked in (CUSTOMER, REP, "fabrikam"):
        assert rows(office.ada, f"?q={asked}") == [], asked
    assert rows(office.ada, "?q=SVEN@contoso") == [held]
    assert rows(office.ada, "?status=held") == [held]
    told = office.ada.browser().get(f"/deliveries/in/{held}").text
    assert "sven@contoso.example" in told
    assert "DKIM" in told
    assert "canary" not in told

    found = office.ada.browser().get(f"/deliveries?q={held}")
    assert found.headers["Location"] == f"/deliveries/in/{held}"
    day = date.fromisoformat(office.ada.api.get(f"inbound/{held}")["received_at"][:10])
    assert held in rows(office.ada, f"?since={day}&until={day}")
    assert rows(office.ada, f"?until={day - timedelta(days=1)}") == []
    assert held in rows(office.ada, "?since=never&until=9999-12-31&status=none")
    assert "Nothing found" in office.ada.browser().get("/deliveries?q=nobody@nowhere.example").text


def test_outgoing_mail_is_its_users_and_what_does_not_arrive_the_admins_too(office: Office) -> None:
    own = sent(office, "one@northwind.example", office.rep, status="sent")
    stuck = sent(office, "two@northwind.example", office.rep, status="failed", last_reply="5.1.1 No such user")
    composed = sent(office, "three@rival.example", office.rep, Kind.COMPOSED, status="failed", last_reply="5.7.1 No")
    assert rows(office.rep, "?way=out") == [composed, stuck, own]
    assert rows(office.rep, "?way=out&q=ONE@") == [own]
    assert rows(office.ada, "?way=out") == [stuck]
    assert rows(office.ada, "?way=out&q=rival") == rows(office.colleague, "?way=out") == []
    text = office.rep.browser().get(f"/deliveries/out/{composed}").text
    assert "Mail that you wrote" in text
    assert "mx.far.example" in text
    assert "550 5.1.1 No such user" in text
    told = office.ada.browser().get(f"/deliveries/out/{stuck}").text
    assert "two@northwind.example" in told
    assert "Notice to you" not in told
    for hidden in (own, composed):
        assert office.ada.browser().get(f"/deliveries/out/{hidden}").status_code == 404
    assert office.colleague.browser().get(f"/deliveries/out/{stuck}").status_code == 404
