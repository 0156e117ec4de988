"""Storage, backups and configuration: what lies where, what would go, what was copied, what is in force."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from config.settings import Settings
from config.sources import Source
from db.models import BackupRun, Measurement, MessageCopy
from ingest.measurements import HOUR
from ingest.measuring import measure_due
from tests.kit.factories import make
from tests.webui.conftest import CUSTOMER, REP, Office
from webui.admin_configuration import SOURCES


def test_what_lies_where_and_what_would_go_is_counted_and_a_hold_changes_no_count(office: Office) -> None:
    admin, company_id = office.ada.browser(), office.ada.viewer.company_id
    assert "Not counted yet" in admin.get("/admin/storage").text
    filed = office.mail(owner=office.rep, from_=CUSTOMER, to=REP, subject="canary")
    office.mail(subject="Of today")
    held = office.held()
    office.ada.api.post(f"inbound/{held}/discard", {})
    with office.site.database.write() as session:
        now = office.site.database.now(session)
        copies = MessageCopy.company_id == company_id
        session.execute(update(MessageCopy).where(copies).values(received_at=now))
        old = copies, MessageCopy.message_id == filed.message_id
        session.execute(update(MessageCopy).where(*old).values(received_at=now - timedelta(days=40)))
        for days in (3, 0):
            given: dict[str, Any] = {
                "minutes": HOUR,
                "at": now - timedelta(days=days),
                "free_octets": 10**9 * (1 + days),
            }
            make(session, Measurement, company_id=company_id, **given)
    measure_due(office.site.database, office.site.settings.data_dir, now)
    text = admin.get("/admin/storage").text
    assert "in the database" in text
    assert "It fills by 1.0 GB a day." in text
    assert "The disk is full in about 1 day" in text
    assert "1 mail, " in text
    before = admin.get("/admin/storage?days=30").text
    assert "1 letter is older than that" in before
    assert "canary" not in before
    hold = {"kind": "company", "reason": "Case 7"}
    assert admin.post("/admin/privacy/holds", "/admin/privacy", **hold).status_code == 303
    after = admin.get("/admin/storage?days=30").text
    assert "1 letter is older than that" in after
    assert "1 legal hold stands." in after
    assert "a number of days" in admin.get("/admin/storage?days=x").text
    assert "1 letter" not in office.stranger.browser().get("/admin/storage?days=30").text
    assert admin.post("/admin/privacy/retention", "/admin/storage?days=30", retention_days="30").status_code == 303
    assert "For 30 days." in admin.get("/admin/storage").text


def test_backups_are_told_as_they_were_written_down_and_settings_without_secrets(office: Office) -> None:
    admin = office.ada.browser()
    assert "No backup was ever written down" in admin.get("/admin/backups").text
    with office.site.database.write() as session:
        now = office.site.database.now(session)
        began = now - timedelta(days=9)
        make(session, BackupRun, place="/backup/a", began_at=began, ended_at=began, octets=5_000_000)
        make(session, BackupRun, place="/backup/b", began_at=now, problem="no room")
    text = admin.get("/admin/backups").text
    assert "The last backup is 9 days old" in text
    assert "no room" in text
    assert "5.0 MB" in text
    with office.site.database.write() as session:
        make(session, BackupRun, place="/backup/c", began_at=now, ended_at=now)
    assert "nobody knows whether it is whole" in admin.get("/admin/backups").text
    with office.site.database.write() as session:
        make(session, BackupRun, place="/backup/c", began_at=now, ended_at=now, verified_at=now)
    assert "was read back whole" in admin.get("/admin/backups").text

    text = admin.get("/admin/configuration").text
    assert all(f"<code>{name.upper()}</code>" in text for name in Settings.model_fields)
    assert "newest" in text
    for page in ("storage", "backups", "configuration"):
        assert office.rep.browser().get(f"/admin/{page}").status_code == 403


def test_each_source_has_words() -> None:
    assert set(SOURCES) == {str(one) for one in Source}
