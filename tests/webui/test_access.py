"""A colleague asks for a letter, its owner lets him see it and takes it back: API, pages, notice (R32, R38)."""

from __future__ import annotations

from sqlalchemy import select

from db.models import OutboxMessage
from tests.webui.conftest import CUSTOMER, REP, Office


def test_a_letter_is_asked_for_and_shown_to_one_person(office: Office) -> None:
    filed = office.mail(owner=office.rep, from_=CUSTOMER, to=REP, subject="An offer", text="Confidential chairs")
    letter = office.seal("message", filed.message_id)
    colleague, page = office.colleague.browser(), f"/m/{letter}"
    assert "Ask for access" in colleague.get(page).text
    assert colleague.post(f"{page}/access", page).status_code == 303
    assert "Asked. If there is such a letter" in colleague.get("/inbox").text

    rep = office.rep.browser()
    shown = rep.get("/unresolved").text
    assert "asks to see" in shown
    (waiting,) = office.rep.api.get("access-requests")["data"]
    assert (waiting["message_id"], waiting["state"]) == (letter, "asked")
    with office.site.database.read() as session:
        content = session.scalars(select(OutboxMessage.content)).all()
    told = b"".join(content)
    assert b"asks to see a letter" in told
    assert b"An offer" not in told
    assert CUSTOMER.encode() not in told

    path = f"access-requests/{waiting['id']}"
    for other in (office.colleague, office.ada, office.stranger):
        assert other.api.call("POST", f"{path}/grant", {}).status_code == 404
    assert rep.post(f"/access/{waiting['id']}/grant", "/unresolved").status_code == 303
    assert colleague.get(page).status_code == 200
    assert "Confidential chairs" in colleague.get(page).text
    assert [one["id"] for one in office.colleague.api.get("messages", q="confidential")["data"]] == [letter]
    assert office.colleague.api.get("access-requests", mine="true")["data"][0]["state"] == "granted"
    assert office.colleague.api.call("GET", f"messages/{letter}/raw").status_code == 404
    assert office.ada.api.call("GET", f"messages/{letter}").status_code == 404
    assert "Take back" in rep.get("/unresolved").text

    assert office.rep.api.post(f"{path}/refuse", {})["state"] == "refused"
    assert colleague.get(page).status_code == 404
    assert office.colleague.api.get("messages", q="confidential")["data"] == []
    assert office.colleague.api.get("access-requests", mine="true")["data"][0]["state"] == "asked"
