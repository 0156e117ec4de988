"""`teams`, and what is shared with one: records and letters, for as long as one is in it."""

from __future__ import annotations

from tests.webui.conftest import CUSTOMER, REP, Office
from tests.webui.test_routes import MADE_UP


def user_id(office: Office, who: str) -> str:
    """Answer a public id."""
    return office.seal("user", getattr(office, who).viewer.user_id)


def test_an_admin_makes_a_team_and_everybody_reads_its_name(office: Office) -> None:
    members = [user_id(office, "rep"), user_id(office, "colleague")]
    made = office.ada.api.post("teams", {"name": "Sales", "user_ids": members})

    assert (made["name"], sorted(made["user_ids"])) == ("Sales", sorted(members))
    assert sorted(office.rep.api.get(f"teams/{made['id']}")["user_ids"]) == sorted(members)
    assert office.reader.api.get("teams")["data"] == [made | {"user_ids": None}]
    changed = office.ada.api.patch(f"teams/{made['id']}", {"name": "Sales north"})
    assert (changed["name"], changed["user_ids"]) == ("Sales north", made["user_ids"])
    office.ada.api.delete(f"teams/{made['id']}")
    assert office.rep.api.get("teams")["data"] == []
    assert office.rep.api.call("POST", "teams", {"name": "Mine"}).status_code == 403
    assert office.ada.api.call("POST", "teams", {"name": "x", "user_ids": [MADE_UP]}).status_code == 404
    assert office.ada.api.call("POST", "teams", {"name": ""}).status_code == 422
    assert office.stranger.api.call("GET", f"teams/{made['id']}").status_code == 404


def test_a_record_for_a_team_is_seen_by_its_members_owner_and_admins(office: Office) -> None:
    team = office.ada.api.post("teams", {"name": "Sales", "user_ids": [user_id(office, "colleague")]})
    deal = office.rep.api.post("deals", {"title": "Chairs", "visibility": "team", "team_id": team["id"]})

    assert (deal["visibility"], deal["team_id"]) == ("team", team["id"])
    path = f"deals/{deal['id']}"
    assert [one.api.call("GET", path).status_code for one in office.people()] == [200, 200, 200, 404, 404]
    office.ada.api.patch(f"teams/{team['id']}", {"user_ids": []})
    assert office.colleague.api.call("GET", path).status_code == 404
    assert office.rep.api.call("POST", "deals", {"title": "x", "team_id": MADE_UP}).status_code == 404
    assert office.rep.api.patch(path, {"title": "Tables"})["team_id"] == team["id"]
    assert office.rep.api.patch(path, {"visibility": "company", "team_id": None})["team_id"] is None


def test_an_answer_makes_a_record_for_a_team(office: Office) -> None:
    team = office.ada.api.post("teams", {"name": "Sales", "user_ids": [user_id(office, "rep")]})
    office.mail(from_=REP, to="new@elsewhere.example")
    (asked,) = office.rep.api.get("unresolved")["data"]
    answer = {"create": "deal", "title": "Chairs", "visibility": "team", "team_id": team["id"], "confirm": True}

    done = office.rep.api.post(f"unresolved/{asked['id']}/answer", answer)

    assert office.rep.api.get(f"deals/{done['created_id']}")["team_id"] == team["id"]


def test_a_letter_for_a_team_is_seen_by_members_where_it_is_linked(office: Office) -> None:
    office.ada.api.post("teams", {"name": "Sales", "user_ids": [user_id(office, "rep"), user_id(office, "colleague")]})
    office.rep.api.patch("me", {"sharing_default": {"smtp": "team"}})
    filed = office.mail(from_=REP, to=CUSTOMER, subject="For us")
    path = f"messages/{office.seal('message', filed.message_id)}"

    def who_sees() -> list[int]:
        return [one.api.call("GET", path).status_code for one in office.people()]

    assert who_sees() == [404, 200, 404, 404, 404]
    contact = office.customer()
    office.rep.api.post(f"{path}/links", {"type": "contact", "target_id": contact["id"]})
    assert who_sees() == [404, 200, 200, 404, 404]
    seen = office.colleague.api.get(path)
    assert [one["sharing"] for one in seen["copies"]] == ["team"]
    assert [one["target_id"] for one in seen["links"]] == [contact["id"]]
    hidden = office.rep.api.post("deals", {"title": "Quiet", "visibility": "owner"})
    told = office.rep.api.call("POST", f"{path}/links", {"type": "deal", "target_id": hidden["id"]})
    assert told.status_code in (200, 201, 409), told.text
    office.rep.api.patch(path, {"sharing": "shared"})
    office.rep.api.patch(path, {"sharing": "private"})
    assert who_sees() == [404, 200, 404, 404, 404]


def test_the_next_letter_of_a_thread_follows_the_choice_made_for_the_team(office: Office) -> None:
    office.rep.api.patch("me", {"sharing_default": {"smtp": "team"}})
    contact = office.customer()
    deals = [office.deal(contact, title) for title in ("Chairs", "Tables")]
    first = office.mail(from_=REP, to=CUSTOMER, subject="Offer", message_id="<one@northwind.example>")
    path = f"messages/{office.seal('message', first.message_id)}"
    office.rep.api.post(f"{path}/links", {"type": "deal", "target_id": deals[0]["id"]})
    answer = {"subject": "Re: Offer", "in_reply_to": "<one@northwind.example>"}

    second = office.mail(from_=REP, to=CUSTOMER, message_id="<two@northwind.example>", **answer)
    links = office.rep.api.get(f"messages/{office.seal('message', second.message_id)}")["links"]
    assert deals[0]["id"] in [one["target_id"] for one in links]

    office.rep.api.patch("me", {"sharing_default": {"smtp": "shared"}})
    third = office.mail(from_=REP, to=CUSTOMER, message_id="<three@northwind.example>", **answer)
    links = office.rep.api.get(f"messages/{office.seal('message', third.message_id)}")["links"]
    assert deals[0]["id"] not in [one["target_id"] for one in links], "what a team knows shows in nothing for all"
