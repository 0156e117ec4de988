"""`blocked-addresses` and `standing-answers` by the API (INTERFACE 4; RULES R33)."""

from __future__ import annotations

from tests.webui.conftest import CUSTOMER, Office


def test_ones_own_entry_hides_the_mail_from_oneself(office: Office) -> None:
    office.customer()
    letter = office.seal("message", office.mail().message_id)
    made = office.rep.api.call("POST", "blocked-addresses", {"address": CUSTOMER.upper()})
    assert (made.status_code, made.json["address"], made.json["domain"], made.json["scope"]) == (
        201,
        CUSTOMER,
        None,
        "mine",
    )
    assert office.rep.api.get("messages")["data"] == []
    assert office.rep.api.call("GET", f"messages/{letter}").status_code == 404
    assert [one["id"] for one in office.colleague.api.get("messages")["data"]] == [letter]
    assert office.colleague.api.get("blocked-addresses")["data"] == []
    assert office.ada.api.get("blocked-addresses")["data"] == []
    number = made.json["id"]
    for person in (office.colleague, office.ada, office.stranger):
        assert person.api.call("DELETE", f"blocked-addresses/{number}").status_code == 404
    office.rep.api.delete(f"blocked-addresses/{number}")
    assert [one["id"] for one in office.rep.api.get("messages")["data"]] == [letter]


def test_the_companys_list_is_for_admins(office: Office) -> None:
    entry = {"domain": "fabrikam.example", "scope": "company"}
    assert office.rep.api.call("POST", "blocked-addresses", entry).status_code == 403
    made = office.ada.api.post("blocked-addresses", entry)
    assert office.rep.api.get("blocked-addresses")["data"] == [made]
    assert office.rep.api.call("DELETE", f"blocked-addresses/{made['id']}").status_code == 403
    office.customer()
    office.mail()
    assert office.rep.api.get("messages")["data"] == []
    assert office.rep.api.get("unresolved")["data"] == []


def test_what_cannot_be_blocked_is_422_with_its_field(office: Office) -> None:
    for body, field in (
        ({"address": "bert@northwind.example"}, "address"),
        ({"domain": "gmail.com"}, "domain"),
        ({"domain": "northwind.example"}, "domain"),
        ({"address": CUSTOMER, "scope": "team"}, "scope"),
    ):
        answer = office.rep.api.call("POST", "blocked-addresses", body)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
    assert office.rep.api.call("POST", "blocked-addresses", {}).status_code == 422


def test_always_is_listed_used_and_removed(office: Office) -> None:
    contact = office.customer()
    chairs, _ = office.deal(contact, "Chairs"), office.deal(contact, "Tables")
    office.mail(subject="One")
    question = office.rep.api.get("unresolved")["data"][0]["id"]
    answer = {"type": "deal", "target_id": chairs["id"], "always": True}
    assert office.rep.api.post(f"unresolved/{question}/answer", answer)["also_answered"] == 0
    later = office.seal("message", office.mail(subject="Two").message_id)
    rules = {one["target_id"]: one["rule"] for one in office.rep.api.get(f"messages/{later}")["links"]}
    assert rules[chairs["id"]] == "R21.standing"
    (standing,) = office.rep.api.get("standing-answers")["data"]
    assert (standing["about"], standing["target_id"], standing["live"]) == ("people", chairs["id"], True)
    assert office.colleague.api.get("standing-answers")["data"] == []
    assert office.colleague.api.call("DELETE", f"standing-answers/{standing['id']}").status_code == 404
    office.rep.api.delete(f"standing-answers/{standing['id']}")
    office.mail(subject="Three")
    assert len(office.rep.api.get("unresolved")["data"]) == 1


def test_an_answer_is_undone_by_the_api(office: Office) -> None:
    office.mail(to="nina@new.example")
    question = office.rep.api.get("unresolved")["data"][0]["id"]
    office.rep.api.post(f"unresolved/{question}/answer", {"create": "contact", "name": "Nina"})
    assert office.rep.api.get("contacts")["data"][0]["name"] == "Nina"
    assert office.rep.api.post(f"unresolved/{question}/undo")["id"] == question
    assert office.rep.api.get("contacts")["data"] == []
    assert office.rep.api.call("POST", f"unresolved/{question}/undo", {}).status_code == 409


def test_never_store_by_the_api(office: Office) -> None:
    wrong = office.ada.api.call("PATCH", "company", {"never_store": ["payrol"]})
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "never_store")
    office.ada.api.patch("company", {"never_store": ["Subject: Payslip"]})
    assert office.ada.api.get("company")["never_store"] == ["subject:Payslip"]
