"""What an admin does when something is wrong: sees it drawn and said, looks at DNS, tries failed mail again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from db.models import BackupRun, DeliveryAttempt, InboundMessage, Measurement, OutboxMessage, RecordImport
from ingest.measurements import DAY, FIVE, HOUR
from outbox.dns_checks import keep_answers, wanted_by
from outbox.dns_record import Answer, Purpose
from tests.ingest.test_measuring import measured
from tests.kit.browsing import Browsing
from tests.kit.factories import make
from tests.kit.hand import Hand
from tests.kit.looking import look
from tests.kit.served import Served
from tests.kit.states import State

pytestmark = pytest.mark.slow
DONE = "[data-toast]"


@pytest.fixture
def page(browsing: Browsing, served: Served, company: State) -> Page:
    """A page of Ada's, the admin."""
    return browsing.open(served.base_url, cookie=served.cookie(company.ada))


@pytest.fixture
def trouble(served: Served, company: State) -> str:
    """A company in which something of every kind is wrong; answers the id of a mail of ours that does not arrive."""
    for number in range(3):
        company.mail(subject=f"Offer {number}")
    company_id, here = company.ada.viewer.company_id, served.site
    with here.database.write() as session:
        now = here.database.now(session)
        broken: dict[str, Any] = {
            "status": "failed",
            "attempts": 10,
            "reason": "R2.failed",
            "reason_args": {"error": "OSError"},
        }
        broken["received_at"] = now
        session.execute(update(InboundMessage).where(InboundMessage.company_id == company_id).values(**broken))
        busy = {"accepted": 40, "held": 3, "refused": 5, "notices": 2, "waiting": 9, "waiting_ms": 90_000, "filed": 40}
        more = {"median_ms": 300, "slow_ms": 2_000, "raw_octets": 10**9, "file_octets": 10**8, "index_octets": 10**7}
        for minutes, count in ((FIVE, 12), (HOUR, 20), (DAY, 9)):
            for ago in range(1, count):
                at, free = now - timedelta(minutes=minutes * ago), 10**9 + 10**8 * ago
                one = measured(at, **busy, **more, disk_octets=10**11, free_octets=free)
                make(session, Measurement, company_id=company_id, minutes=minutes, **asdict(one))
        make(session, RecordImport, company_id=company_id, state="running", done=300, total=900)
        make(session, BackupRun, place="/backup", began_at=now - timedelta(days=9), problem="no room on the device")
        wanted = wanted_by(session, here.settings, company_id)
        said = {one: Answer(said=("10 old.example",) if one.purpose is Purpose.MX else ()) for one in wanted}
        silent = {one: Answer(failed="no answer in time") for one in wanted if one.purpose is Purpose.A}
        keep_answers(session, said | silent, now)
        reply = "5.1.1 " + "No such user here; " * 12
        given = {"company_id": company_id, "status": "failed", "kind": "notice", "user_id": None, "ended_at": now}
        mail = make(session, OutboxMessage, **given, forward_path="x@y.example", attempts=2, last_reply=reply)
        for _ in range(2):
            tried = {"outbox_id": mail.id, "source": "try", "host": "mx.y.example", "code": 550, "reply": reply}
            make(session, DeliveryAttempt, company_id=company_id, at=now, **tried)
    return here.sealer.seal("outbox", mail.id)


def test_every_page_of_trouble_is_looked_at(page: Page, trouble: str) -> None:
    found = []
    for number, path in enumerate(
        (
            "/admin?span=day",
            "/admin",
            "/admin?span=quarter",
            "/admin/dns",
            "/admin/queues",
            "/admin/storage?days=1",
            "/admin/backups",
            "/deliveries",
            "/deliveries?way=out",
            f"/deliveries/out/{trouble}",
        )
    ):
        page.goto(path)
        found += [f"{path} {one}" for one in look(page, f"trouble-{number}")]
    assert not found, "\n".join(found)


def test_failed_mail_is_found_by_its_advice_and_tried_again(page: Page, hand: Hand, trouble: str) -> None:
    page.goto("/admin")
    expect(page.locator(".chart path.curve").first).to_be_attached()
    hand.use(page.locator(".note", has_text="could not be worked on").get_by_role("link", name="See them"))
    expect(page.locator("[data-status=failed] > strong")).to_have_text("3")
    expect(page.locator("progress")).to_have_attribute("value", "300")
    hand.use(page.locator("tbody tr").first.get_by_role("button"))
    expect(page.locator(DONE)).to_contain_text("tried again now")
    hand.use(page.get_by_role("button", name="Try all again"))
    expect(page.locator(DONE)).to_contain_text("2 mails are tried again now.")
    expect(page.get_by_text("Nothing failed")).to_be_visible()
    hand.use(page.get_by_role("link", name="Delivery log"))
    hand.use(page.get_by_role("link", name="Went out"))
    page.get_by_label("Address or id").fill("x@y")
    hand.use(page.locator("#main").get_by_role("button", name="Search"))
    hand.use(page.locator(".ops-log > li a"))
    expect(page.locator("ol.rows > li")).to_have_count(2)


def test_host_and_value_of_a_record_are_copied_apart(page: Page, trouble: str, served: Served) -> None:
    page.goto("/admin/dns")
    record = page.locator("[data-purpose=mx]")
    expect(record).to_contain_text("Mail goes to another server.")
    expect(record.locator("[data-copy]")).to_have_count(2)
    host, value = (record.locator("input").nth(number).input_value() for number in range(2))
    assert (host, value.split()[0]) == (served.site.settings.mail_domain[0], "10")
