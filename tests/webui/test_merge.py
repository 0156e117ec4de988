"""Merging contacts by the API: what is answered, who may, what a search finds, and bringing records back."""

from __future__ import annotations

from tests.webui.conftest import CUSTOMER, Office
from tests.webui.test_api_records import NEW
from tests.webui.test_routes import MADE_UP


def test_merge_and_unmerge(office: Office) -> None:
    api = office.rep.api
    kept = office.customer()
    other = api.post("contacts", {"name": "M. Lopez", "addresses": ["mia@home.example"]})
    office.mail(to="mia@home.example", subject="Offer")

    merged = api.post(f"contacts/{kept['id']}/merge", {"contact_id": other["id"]})

    assert (merged["id"], merged["addresses"]) == (kept["id"], [CUSTOMER, "mia@home.example"])
    assert [(one["id"], one["name"]) for one in merged["merged"]] == [(other["id"], "M. Lopez")]
    assert [one["id"] for one in api.get("contacts", q="m. lopez")["data"]] == [kept["id"]]
    (letter,) = api.get("messages", contact_id=kept["id"])["data"]
    assert letter["links"][0]["sentence"].startswith("Linked to Maria Lopez, because mia@home.example")
    assert api.call("GET", f"contacts/{other['id']}").status_code == 404

    for named in (kept["id"], other["id"]):
        back = api.post(f"contacts/{named}/unmerge", {"contact_id": other["id"]} if named == kept["id"] else {})
        assert back == other
        assert api.get(f"contacts/{kept['id']}") == kept
        assert [one["id"] for one in api.get("messages", contact_id=other["id"])["data"]] == [letter["id"]]
        api.post(f"contacts/{kept['id']}/merge", {"contact_id": other["id"]})
    assert api.post(f"contacts/{kept['id']}/unmerge", {}) == other
    assert api.call("POST", f"contacts/{kept['id']}/unmerge", {}).status_code == 404


def test_what_stands_against_a_merge_is_said(office: Office) -> None:
    api = office.rep.api
    kept = office.customer()
    quiet = api.post("contacts", {"name": "Quiet", "visibility": "owner"})
    foreign = office.stranger.api.post("contacts", NEW["contacts"])
    path = f"contacts/{kept['id']}/merge"

    for one in (foreign["id"], MADE_UP):
        assert api.call("POST", path, {"contact_id": one}).status_code == 404
    assert office.colleague.api.call("POST", path, {"contact_id": quiet["id"]}).status_code == 404
    assert office.reader.api.call("POST", path, {"contact_id": quiet["id"]}).status_code == 403
    for one in (quiet["id"], kept["id"]):
        answer = api.call("POST", path, {"contact_id": one})
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "contact_id")
    assert api.get(f"contacts/{quiet['id']}")["name"] == "Quiet"


def test_deleted_records_come_back_with_their_mail(office: Office) -> None:
    api = office.rep.api
    for path, new in NEW.items():
        made = api.post(path, new)
        api.delete(f"{path}/{made['id']}")
        assert office.reader.api.call("POST", f"{path}/{made['id']}/restore").status_code == 403
        assert office.stranger.api.call("POST", f"{path}/{made['id']}/restore").status_code == 404
        assert office.colleague.api.post(f"{path}/{made['id']}/restore") == made
        assert api.call("POST", f"{path}/{made['id']}/restore").status_code == 404
