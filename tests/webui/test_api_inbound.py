"""inbound and unresolved: what came in and waits for a person."""

from __future__ import annotations

from linking.handing_over import hand_over
from tests.kit.mails import a_message
from tests.webui.conftest import CUSTOMER, REP, Office

STRANGER = "sven@contoso.example"


def test_own_row_in_full_and_a_colleague_sees_none(office: Office) -> None:
    filed = office.mail()
    path = f"inbound/{office.seal('inbound', filed.inbound_id)}"

    row = office.rep.api.get(path)

    assert (row["status"], row["origin"], row["attempts"]) == ("filed", "smtp", 1)
    assert row["message_ids"] == [office.seal("message", filed.message_id)]
    assert row["envelope"] == {
        "reverse_path": "bounce@northwind.example",
        "forward_paths": [office.world.house.bcc_address],
        "helo": "mx.northwind.example",
        "peer": "192.0.2.1",
    }
    assert row["sentence"]
    assert office.colleague.api.call("GET", path).status_code == 404
    assert office.colleague.api.get("inbound")["data"] == []


def test_admin_sees_of_a_private_row_only_that_it_is_there(office: Office) -> None:
    filed = office.mail(owner=office.rep, from_=CUSTOMER, to=REP)

    row = office.ada.api.get(f"inbound/{office.seal('inbound', filed.inbound_id)}")

    assert (row["envelope"], row["reason"], row["sentence"], row["message_ids"]) == (None, None, None, [])
    assert (row["status"], row["size"] > 0) == ("filed", True)


def test_no_admin_learns_by_a_rule_what_a_colleagues_mail_says(office: Office) -> None:
    office.ada.api.patch("company", {"never_store": ["subject:merger", "subject:divorce"]})
    raw = a_message(from_=REP, to=CUSTOMER, subject="The merger")
    assert office.world.mail(raw, owner=office.rep.made) is None
    (own,) = office.rep.api.get("inbound")["data"]
    (told,) = office.ada.api.get("inbound")["data"]
    assert "subject:merger" in own["sentence"]
    assert (told["status"], told["reason"]) == ("discarded", "R34.never_store")
    assert "merger" not in told["sentence"]


def test_a_mail_that_was_handed_over_is_no_more_ones_own(office: Office) -> None:
    filed = office.mail(owner=office.rep, from_=CUSTOMER, to=REP)
    path = f"inbound/{office.seal('inbound', filed.inbound_id)}"
    assert office.rep.api.get(path)["envelope"]
    to = office.colleague.viewer.user_id
    office.world.act(lambda session, now: hand_over(session, office.rep.viewer, to, None, now))
    assert office.rep.api.call("GET", path).status_code == 404
    assert office.rep.api.call("POST", f"{path}/replay", {}).status_code == 404
    assert office.colleague.api.get(path)["envelope"]


def test_held_mail_is_released_by_an_admin_for_a_rep(office: Office) -> None:
    office.customer()
    inbound_id = office.held(subject="Catalogue")
    held = office.ada.api.get(f"inbound/{inbound_id}")
    assert held["status"] == "held"
    assert STRANGER in held["sentence"]
    assert [one["id"] for one in office.ada.api.get("inbound", status="held")["data"]] == [inbound_id]

    office.ada.api.post(f"inbound/{inbound_id}/release", {"user_id": office.rep.api.get("me")["id"]})
    office.work()

    filed = office.rep.api.get(f"inbound/{inbound_id}")
    assert filed["status"] == "filed"
    assert office.rep.api.get(f"messages/{filed['message_ids'][0]}")["read"] is False


def test_release_with_approve_requests_the_address(office: Office) -> None:
    inbound_id = office.held()

    office.ada.api.post(f"inbound/{inbound_id}/release", {"approve": True})

    states = {one["address"]: one["state"] for one in office.ada.api.get("approved-senders")["data"]}
    assert states[STRANGER] == "requested"
    assert office.ada.api.call("POST", f"inbound/{inbound_id}/release").status_code == 409


def test_discard_is_undone_by_restore(office: Office) -> None:
    inbound_id = office.held()

    assert office.ada.api.post(f"inbound/{inbound_id}/discard")["status"] == "discarded"
    assert office.ada.api.post(f"inbound/{inbound_id}/restore")["status"] == "held"
    assert office.rep.api.call("POST", f"inbound/{inbound_id}/discard").status_code == 404


def test_admin_decides_nothing_about_a_users_held_mail(office: Office) -> None:
    inbound_id = office.held(to=office.rep.made.personal_bcc_address)

    assert office.rep.api.get(f"inbound/{inbound_id}")["status"] == "held"
    for act in ("release", "discard"):
        assert office.ada.api.call("POST", f"inbound/{inbound_id}/{act}").status_code == 403
    assert "Offer" not in office.ada.browser().get("/held").text
    assert "Offer" in office.rep.browser().get("/held").text


def test_replay_twice_is_the_same(office: Office) -> None:
    filed = office.mail()
    office.customer()
    path = f"inbound/{office.seal('inbound', filed.inbound_id)}/replay"

    told = office.rep.api.post(path, {"dry_run": True})
    assert told["result"] == "changed"
    assert told["changes"]
    assert office.rep.api.post(path)["result"] == "changed"
    assert office.rep.api.post(path)["result"] == "same"
    assert office.colleague.api.call("POST", path).status_code == 404


def test_several_open_deals_are_asked_and_answered(office: Office) -> None:
    contact = office.customer()
    chairs, tables = office.deal(contact, "Chairs"), office.deal(contact, "Tables")
    filed = office.mail()
    message_id = office.seal("message", filed.message_id)

    (asked,) = office.rep.api.get("unresolved")["data"]

    assert asked["message_id"] == message_id
    assert {one["id"] for one in asked["candidates"]} == {chairs["id"], tables["id"]}
    assert "Chairs" in asked["question"]
    question = office.rep.api.get(f"messages/{message_id}")["question"]
    assert question == {"id": asked["id"], "candidates": asked["candidates"]}
    assert office.colleague.api.get("unresolved")["data"] == []
    path = f"unresolved/{asked['id']}/answer"
    assert office.colleague.api.call("POST", path, {"dismiss": True}).status_code == 404

    done = office.rep.api.post(path, {"type": "deal", "target_id": tables["id"]})

    assert done["state"] == "answered"
    links = office.rep.api.get(f"messages/{message_id}")["links"]
    assert (tables["id"], "manual") in [(one["target_id"], one["origin"]) for one in links]
    assert office.rep.api.get("unresolved")["data"] == []


def test_unknown_address_becomes_a_contact(office: Office) -> None:
    filed = office.mail(to="new@elsewhere.example")
    (asked,) = office.rep.api.get("unresolved")["data"]

    done = office.rep.api.post(f"unresolved/{asked['id']}/answer", {"create": "contact", "name": "Nils"})

    contact = office.rep.api.get(f"contacts/{done['created_id']}")
    assert (contact["name"], contact["addresses"]) == ("Nils", ["new@elsewhere.example"])
    links = office.rep.api.get(f"messages/{office.seal('message', filed.message_id)}")["links"]
    assert [one["target_id"] for one in links] == [contact["id"]]


def test_an_answer_is_one_of_three(office: Office) -> None:
    office.mail(to="new@elsewhere.example")
    (asked,) = office.rep.api.get("unresolved")["data"]
    path = f"unresolved/{asked['id']}/answer"

    for body in (
        {},
        {"type": "deal"},
        {"dismiss": True, "create": "deal", "title": "x"},
        {"dismiss": False},
        {"dismiss": True, "name": "x"},
        {"create": "organization", "name": "x"},
        {"create": "deal", "name": "x"},
    ):
        assert office.rep.api.call("POST", path, body).status_code == 422, body
    assert office.rep.api.post(path, {"dismiss": True})["state"] == "dismissed"
