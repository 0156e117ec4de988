"""contacts, organizations, deals, leads, projects: made, read, listed, changed, deleted."""

from __future__ import annotations

from typing import Any

from tests.webui.conftest import Office

NEW: dict[str, dict[str, Any]] = {
    "contacts": {"name": "Maria Lopez", "addresses": ["Maria@Fabrikam.example", "m.lopez@home.example"]},
    "organizations": {"name": "Fabrikam", "domains": ["fabrikam.example"]},
    "deals": {"title": "Garden chairs", "value": 1200.5, "currency": "EUR"},
    "leads": {"title": "A caller"},
    "projects": {"title": "The new shop"},
}
FIELDS = {
    "contacts": {"name", "addresses", "organization_id", "merged"},
    "organizations": {"name", "domains"},
    "deals": {"title", "status", "contact_ids", "organization_id", "value", "currency"},
    "leads": {"title", "status", "contact_ids"},
    "projects": {"title", "status", "contact_ids"},
}
COMMON = {"id", "owner_id", "team_id", "visibility", "bcc_address", "reference_tag", "created_at"}


def test_life_of_a_record(office: Office) -> None:
    for path in NEW:
        _live(office, path)


def _live(office: Office, path: str) -> None:
    api = office.rep.api
    answer = api.call("POST", path, NEW[path])
    assert answer.status_code == 201
    made = answer.json
    assert set(made) == FIELDS[path] | COMMON
    assert made.items() >= NEW[path].items()
    assert made["visibility"] == "company"
    assert made["owner_id"] == api.get("me")["id"]
    assert "@" in made["bcc_address"]

    assert api.get(f"{path}/{made['id']}") == made
    assert office.colleague.api.get(path) == {"data": [made], "next_cursor": None}

    name = "title" if "title" in made else "name"
    changed = api.patch(f"{path}/{made['id']}", {name: "Renamed"})
    assert changed == made | {name: "Renamed"}

    api.delete(f"{path}/{made['id']}")
    assert api.call("GET", f"{path}/{made['id']}").status_code == 404
    assert api.get(path)["data"] == []


def test_pages_of_a_list_hold_each_record_once_newest_first(office: Office) -> None:
    for path in NEW:
        _turn_pages(office, path)


def _turn_pages(office: Office, path: str) -> None:
    name = "title" if "title" in NEW[path] else "name"
    ids = [office.rep.api.post(path, {name: f"No {number}"})["id"] for number in range(5)]

    seen: list[str] = []
    page = office.rep.api.get(path, limit=2)
    while True:
        seen += [one["id"] for one in page["data"]]
        if page["next_cursor"] is None:
            break
        page = office.rep.api.get(path, limit=2, cursor=page["next_cursor"])
    assert seen == ids[::-1]


def test_deal_names_its_contacts_and_organization(office: Office) -> None:
    api = office.rep.api
    organization = api.post("organizations", NEW["organizations"])
    contact = api.post("contacts", NEW["contacts"] | {"organization_id": organization["id"]})

    deal = api.post("deals", {"title": "x", "contact_ids": [contact["id"]], "organization_id": organization["id"]})

    assert (deal["contact_ids"], deal["organization_id"]) == ([contact["id"]], organization["id"])
    assert api.get("deals", contact_id=contact["id"])["data"] == [deal]
    assert api.patch(f"deals/{deal['id']}", {"organization_id": None, "status": "won"})["organization_id"] is None
    assert api.get("deals", status="open")["data"] == []


def test_owner_only_is_seen_by_owner_and_admin(office: Office) -> None:
    deal = office.rep.api.post("deals", {"title": "Quiet", "visibility": "owner"})

    assert office.colleague.api.call("GET", f"deals/{deal['id']}").status_code == 404
    assert office.colleague.api.get("deals")["data"] == []
    assert office.ada.api.get(f"deals/{deal['id']}") == deal


def test_reference_to_a_foreign_or_made_up_thing_is_404(office: Office) -> None:
    foreign = office.stranger.api.post("contacts", NEW["contacts"])["id"]
    hidden = office.ada.api.post("contacts", NEW["contacts"] | {"visibility": "owner"})["id"]

    answers = [
        office.rep.api.call("POST", "deals", {"title": "x", "contact_ids": [one]})
        for one in (foreign, hidden, "a" * 26)
    ]

    assert [one.status_code for one in answers] == [404] * 3
    assert answers[0].data == answers[1].data == answers[2].data


def test_read_only_user_reads_alone(office: Office) -> None:
    made = office.rep.api.post("leads", NEW["leads"])

    assert office.reader.api.get(f"leads/{made['id']}") == made
    assert office.reader.api.call("POST", "leads", NEW["leads"]).status_code == 403
    assert office.reader.api.call("DELETE", f"leads/{made['id']}").status_code == 403


BAD: list[tuple[str, Any, str]] = [
    ("contacts", {}, "name"),
    ("contacts", {"name": ""}, "name"),
    ("contacts", {"name": "a\x00b"}, "name"),
    ("contacts", {"name": "x", "addresses": ["not an address"]}, "addresses"),
    ("contacts", {"name": "x", "addresses": "m@fabrikam.example"}, "addresses"),
    ("contacts", {"name": "x" * 100_000}, "name"),
    ("contacts", {"name": "x", "colour": "red"}, "colour"),
    ("contacts", {"name": 7}, "name"),
    ("organizations", {"name": "x", "domains": ["nonsense"]}, "domains"),
    ("organizations", {"name": "x", "domains": ["gmail.com"]}, "domains"),
    ("deals", {"title": "x", "status": "lukewarm"}, "status"),
    ("deals", {"title": "x", "value": -1}, "value"),
    ("deals", {"title": "x", "value": 1e30}, "value"),
    ("deals", {"title": "x", "currency": "euro"}, "currency"),
    ("deals", {"title": "x", "visibility": "team"}, "visibility"),
    ("deals", {"title": "x", "contact_ids": [1]}, "contact_ids.0"),
]


def test_bad_field_is_422_and_named(office: Office) -> None:
    for path, body, field in BAD:
        answer = office.rep.api.call("POST", path, body)

        assert answer.status_code == 422, (body, answer.text)
        assert answer.mimetype == "application/problem+json"
        assert field in [one["field"] for one in answer.json["errors"]]
