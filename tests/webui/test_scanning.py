"""Files are scanned after they are filed: what is bad is blocked, and a scanner that is away stops nothing."""

from __future__ import annotations

import pytest

from db.raw import RawStore
from ingest.scanning import scan_some
from net.scanner import ScannerAway, scanner_at
from tests.kit.mails import File, a_message
from tests.kit.scanner_server import EICAR, clamd
from tests.webui.conftest import CUSTOMER, REP, Office


def test_a_bad_file_is_shown_and_blocked_and_a_good_one_is_not(office: Office) -> None:
    site = office.site
    files = [File("bad.com", EICAR), File("good.txt", b"good")]
    inner = a_message(from_=CUSTOMER, to=REP, attachments=[File("inner.com", EICAR)])
    office.customer()
    first = office.mail(subject="With files", attachments=files)
    number = office.seal("message", first.message_id)
    forward = office.mail(
        subject="Fwd", to=office.world.house.bcc_address, attachments=[File("original.eml", inner, "message/rfc822")]
    )
    raw = RawStore(site.database, site.settings.data_dir)
    with clamd() as (url, told):
        scanner = scanner_at(url)
        while scan_some(site.database, raw, scanner):
            pass
        assert sorted(told.scanned) == sorted({EICAR, b"good"})  # the same octets are asked about once
        assert scan_some(site.database, raw, scanner) == 0
    shown = {one["filename"]: one for one in office.rep.api.get(f"messages/{number}")["attachments"]}
    assert [(shown[name]["scan"], shown[name]["scan_name"]) for name in ("bad.com", "good.txt")] == [
        ("infected", "Eicar-Test-Signature"),
        ("clean", None),
    ]
    browser = office.rep.browser()
    assert "blocked: Eicar-Test-Signature" in browser.get(f"/m/{number}").text
    assert browser.get(f"/m/{number}/attachments/{shown['bad.com']['id']}").status_code == 403
    assert browser.get(f"/m/{number}/attachments/{shown['good.txt']['id']}").status_code == 200
    there = office.rep.api.get(f"messages/{office.seal('message', forward.message_id)}")
    assert [one["scan"] for one in there["attachments"] if one["filename"] == "inner.com"] == ["infected"]


def test_while_it_is_away_files_wait_and_can_be_had(office: Office) -> None:
    site = office.site
    number = office.seal("message", office.mail(attachments=[File("good.txt", b"good")]).message_id)
    with clamd() as (url, _):
        pass
    with pytest.raises(ScannerAway):
        scan_some(site.database, RawStore(site.database, site.settings.data_dir), scanner_at(url))
    (file,) = office.rep.api.get(f"messages/{number}")["attachments"]
    assert file["scan"] is None
    assert office.rep.browser().get(f"/m/{number}/attachments/{file['id']}").status_code == 200


def test_what_was_clean_is_looked_into_again_with_the_next_mail_that_holds_it(office: Office) -> None:
    site = office.site
    raw = RawStore(site.database, site.settings.data_dir)
    with clamd() as (url, told):
        for owner, name in ((office.colleague, "old.txt"), (office.rep, "new.txt")):
            told.answer = b"stream: OK" if owner is office.colleague else b"stream: New-Signature FOUND"
            office.mail(owner=owner, from_=CUSTOMER, to=REP, subject=name, attachments=[File(name, b"same")])
            assert scan_some(site.database, raw, scanner_at(url)) == 1
    (mine,) = [one for one in office.rep.api.get("messages")["data"] if one["subject"] == "new.txt"]
    (file,) = office.rep.api.get(f"messages/{mine['id']}")["attachments"]
    assert file["scan"] == "infected"
    assert office.rep.browser().get(f"/m/{mine['id']}/attachments/{file['id']}").status_code == 403
