"""Users by hand: invited, changed, deactivated with a successor, taken back in; and what is handed over before."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import insert, select

from db.models import MessageCopy, SecondFactor
from tests.webui.conftest import CUSTOMER, REP, Office

PATH = re.compile(r'action="(/admin/users/[a-z2-7]{26})/invite"')
INVITE = re.compile(r'value="[^"]*(/invite/[^"]+)"')


def user_path(office: Office, who: str) -> str:
    """Answer the page of somebody."""
    return f"/admin/users/{office.seal('user', getattr(office, who).viewer.user_id)}"


def test_an_invitation_is_shown_once_and_opens_the_door(office: Office) -> None:
    browser = office.ada.browser()
    made = browser.post("/admin/users", "/admin/users", email="nora@northwind.example", name="Nora", role="member")
    assert made.status_code == 201
    found = INVITE.search(made.text)
    assert found
    assert "/invite/" not in browser.get("/admin/users").text
    stranger = office.site.browser()
    assert stranger.post(found[1], found[1], password="a good long one").status_code == 303
    listed = browser.get("/admin/users").text
    assert "Nora" in listed


def test_a_new_link_ends_the_old_one(office: Office) -> None:
    browser = office.ada.browser()
    made = browser.post("/admin/users", "/admin/users", email="nora@northwind.example", name="Nora", role="member")
    path = PATH.findall(made.text)[0]
    first, second = (INVITE.search(browser.post(f"{path}/invite", path).text) for _ in range(2))
    assert first
    assert second
    assert office.site.browser().get(first[1]).status_code == 410
    assert office.site.browser().get(second[1]).status_code == 200


def test_no_admin_becomes_a_user_who_has_a_password(office: Office) -> None:
    browser, path = office.ada.browser(), user_path(office, "rep")

    assert "New link for a password" not in browser.get(path).text
    answer = browser.post(f"{path}/invite", path)

    assert answer.status_code == 409
    assert "/invite/" not in answer.text


def test_wrong_fields_are_told_beside_them_with_what_was_given(office: Office) -> None:
    browser = office.ada.browser()
    again = browser.post("/admin/users", "/admin/users", email="nobody", name="Nora", role="member")
    assert again.status_code == 422
    assert 'value="Nora"' in again.text
    assert 'id="email-4-wrong"' in again.text
    path = user_path(office, "rep")
    assert browser.post(path, path, role="emperor").status_code == 422
    assert browser.post(user_path(office, "ada"), path, role="member").status_code == 409


def test_leaving_says_what_happens_asks_once_and_is_taken_back(office: Office) -> None:
    contact = office.customer()
    filed = office.mail(from_=REP, to=CUSTOMER, subject="Shared")
    private = office.mail(owner=office.rep, from_=CUSTOMER, to=REP, subject="For herself")
    browser, path = office.ada.browser(), user_path(office, "rep")
    asked = browser.get(f"{path}/leave").text
    successor = office.seal("user", office.colleague.viewer.user_id)
    assert "30 days" in asked
    assert "90 days" in asked
    assert f'value="{successor}"' in asked
    assert office.seal("user", office.reader.viewer.user_id) not in asked
    assert "For herself" not in asked

    gone = browser.post(path, f"{path}/leave", state="deactivated", successor_id=successor)
    assert gone.status_code == 303
    assert "is deactivated" in browser.get("/admin/users").text
    assert office.rep.api.call("GET", "me").status_code == 401
    message = f"messages/{office.seal('message', filed.message_id)}"
    assert [one["user_id"] for one in office.colleague.api.get(message)["copies"]] == [successor]
    assert office.colleague.api.call("GET", f"{message}/raw").status_code == 200
    assert office.colleague.api.call("GET", f"messages/{office.seal('message', private.message_id)}").status_code == 404
    assert office.colleague.api.get(f"contacts/{contact['id']}")["owner_id"] == successor
    assert office.ada.api.get(f"users/{path.split('/')[-1]}")["successor_id"] == successor

    assert browser.post(path, path, state="active").status_code == 303
    with office.site.database.read() as session:
        assert set(session.scalars(select(MessageCopy.owner_id))) == {office.rep.viewer.user_id}


def test_mail_for_who_left_waits_in_the_successors_queue(office: Office) -> None:
    path, successor = user_path(office, "rep"), office.seal("user", office.colleague.viewer.user_id)
    office.ada.browser().post(path, path, state="deactivated", successor_id=successor)

    for sender in ("sven@contoso.example", REP):
        office.held(from_=sender, to=office.rep.made.personal_bcc_address)

    rows = office.colleague.api.get("inbound", status="held")["data"]
    assert {one["reason"] for one in rows} == {"R55.successor"}
    assert all("a colleague who has left" in one["sentence"] for one in rows)
    assert "has left" in office.colleague.browser().get("/held").text
    office.colleague.api.post(f"inbound/{rows[0]['id']}/release")
    office.mail(from_="bert@northwind.example", subject="Lets the worker work")
    assert office.colleague.api.get(f"inbound/{rows[0]['id']}")["status"] == "filed"


def test_without_a_successor_one_is_named_later(office: Office) -> None:
    browser, path = office.ada.browser(), user_path(office, "rep")
    browser.post(path, path, state="deactivated", successor_id="")
    page = browser.get(path).text
    assert "Name a successor" in page
    named = browser.post(path, path, successor_id=office.seal("user", office.colleague.viewer.user_id))
    assert named.status_code == 303
    assert "Name a successor" not in browser.get(path).text
    assert browser.post(path, path, successor_id=office.seal("user", office.ada.viewer.user_id)).status_code == 422


def test_a_second_step_is_reset_for_others_alone(office: Office) -> None:
    browser, path = office.ada.browser(), user_path(office, "rep")
    assert "Reset the second step" not in browser.get(path).text
    assert browser.post(f"{path}/second-step/reset", path).status_code == 409
    ids = {"company_id": office.rep.viewer.company_id, "user_id": office.rep.viewer.user_id, "id": 7}
    with office.site.database.write() as session:
        now = office.site.database.now(session)
        columns = {c.name for c in SecondFactor.__table__.columns} - ids.keys()
        values = {name: _value(name, now) for name in columns}
        session.execute(insert(SecondFactor).values(**ids, **values))
    assert "Reset the second step" in browser.get(path).text
    assert browser.post(f"{path}/second-step/reset", path).status_code == 303
    assert "Reset the second step" not in browser.get(path).text


def _value(name: str, now: object) -> object:
    return now if name.endswith("_at") else 0 if "step" in name else "sealed"


@pytest.mark.parametrize("everything", [True, False])
def test_private_mail_is_handed_over_after_one_question(office: Office, everything: bool) -> None:
    letters = [office.mail(owner=office.rep, from_=CUSTOMER, to=REP, subject=f"Quiet {one}") for one in range(2)]
    browser, path = office.rep.browser(), "/settings/handover"
    receiver = office.seal("user", office.colleague.viewer.user_id)
    page = browser.get(path).text
    ticked = re.findall(r'name="letters" value="([^"]+)"', page)[:1]
    assert "Quiet 0" in page
    assert browser.post(path, path, user_id=receiver).status_code == 422
    given = {"all": "yes"} if everything else {"letters": ticked[0]}
    asked = browser.post(path, path, user_id=receiver, **given)
    assert asked.status_code == 200
    assert "over to" in asked.text
    assert office.colleague.api.get("messages")["data"] == []
    assert browser.post(path, path, user_id=receiver, sure="yes", **given).status_code == 303
    seen = {one["subject"] for one in office.colleague.api.get("messages")["data"]}
    assert seen == ({"Quiet 0", "Quiet 1"} if everything else {"Quiet 1"})
    assert len(letters) == 2
    assert [one["sharing"] for row in office.colleague.api.get("messages")["data"] for one in row["copies"]] == [
        "private"
    ] * len(seen)
