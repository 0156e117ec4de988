"""The queues on a page: what failed with words and no mail, and sent through again by a press."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from db.models import InboundMessage, ReplayRun, WebhookDelivery
from tests.kit.factories import make
from tests.webui.conftest import Office
from webui.admin_queues import ERRORS, OTHERWISE, why


def test_what_failed_shows_no_mail_and_is_worked_on_again(office: Office) -> None:
    admin = office.ada.browser()
    assert "Nothing failed" in admin.get("/admin/queues").text
    filed = office.mail(owner=office.rep, subject="canary subject", text="canary text")
    with office.site.database.write() as session:
        this = (
            InboundMessage.company_id == office.ada.viewer.company_id,
            InboundMessage.id == filed.inbound_id,
        )
        broken = {"status": "failed", "attempts": 10, "reason": "R2.failed", "reason_args": {"error": "OSError"}}
        session.execute(update(InboundMessage).where(*this).values(**broken))
    text = admin.get("/admin/queues").text
    assert "A file could not be read" in text
    assert f'data-id="{office.seal("inbound", filed.inbound_id)}"' in text
    for hidden in ("canary", "fabrikam.example", "Anna"):
        assert hidden not in text.partition("<main")[2], hidden
    assert admin.post("/admin/queues/retry", "/admin/queues", error="OSError").status_code == 303
    assert "1 mail is tried again now." in admin.get("/admin/queues").text
    with office.site.database.read() as session:
        assert session.scalars(select(InboundMessage.status).where(*this)).one() == "received"
    again = f"/admin/queues/{office.seal('inbound', filed.inbound_id)}/retry"
    assert admin.post(again, "/admin/queues").status_code == 404
    assert office.rep.browser().get("/admin/queues").status_code == 403


def test_failed_deliveries_are_a_number_and_are_sent_again_where_the_webhook_is_on(office: Office) -> None:
    made = office.rep.api.post("webhooks", {"url": "https://secret.example/hook", "events": ["message.filed"]})
    with office.site.database.write() as session:
        now = office.site.database.now(session)
        given = {
            "company_id": office.ada.viewer.company_id,
            "webhook_id": office.site.sealer.unseal("webhook", made["id"]),
            "created_at": now,
        }
        for status in ("failed", "failed", "sent"):
            make(session, WebhookDelivery, **given, status=status, kind="message.filed")
        make(session, WebhookDelivery, **given | {"created_at": now - timedelta(hours=3)}, status="pending", attempts=1)
    admin = office.ada.browser()
    text = admin.get("/admin/queues").text
    assert "1 delivery waits, the oldest for 3 hours. 2 failed in 30 days." in text
    assert "secret.example" not in text
    assert admin.post("/admin/queues/webhooks/retry", "/admin/queues").status_code == 303
    text = admin.get("/admin/queues").text
    assert "2 deliveries are on their way again." in text
    assert "3 deliveries wait" in text
    assert "Send them again" not in text


def test_each_error_has_words() -> None:
    assert why("OSError") == ERRORS["OSError"]
    assert why("SomethingElse") == OTHERWISE


def test_how_much_mail_somebody_looks_at_again_does_not_show(office: Office) -> None:
    company_id = office.ada.viewer.company_id
    with office.site.database.write() as session:
        made = make(session, ReplayRun, company_id=company_id, user_id=office.rep.viewer.user_id, state="looking")
        number = made.id
    pages = []
    for seen, total in ((40, 812), (90, 1800)):
        with office.site.database.write() as session:
            this = ReplayRun.company_id == company_id, ReplayRun.id == number
            session.execute(update(ReplayRun).where(*this).values(seen=seen, total=total))
        text = office.ada.browser().get("/admin/queues").text
        pages.append(text.partition('class="card ops-works"')[2].partition("</main>")[0])
    assert "1 look: 4 % is done." in pages[0]
    assert "812" not in pages[0]
    assert "5 %" in pages[1]
    assert pages[0].replace("4 %", "5 %").replace('value="4"', 'value="5"') == pages[1]
