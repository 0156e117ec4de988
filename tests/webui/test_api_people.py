"""company, me, users, approved-senders: the contract, field by field."""

from __future__ import annotations

from tests.webui.conftest import Office

POLICIES = {
    "unprovable_senders": "hold",
    "unapproved_senders": "hold",
    "sender_approval": "none",
    "unknown_address": "queue",
    "several_open": "ask",
    "internal_mail": "drop",
    "sharing_ceiling": "shared",
    "never_store": [],
    "hold_days": 30,
    "retention_days": None,
    "tracking": "forbidden",
}


def test_company_has_the_defaults(office: Office) -> None:
    company = office.rep.api.get("company")

    assert company.items() >= POLICIES.items()
    assert (company["name"], company["domains"]) == ("Northwind", ["northwind.example"])
    assert company["bcc_address"].startswith("bcc-")


def test_an_admin_changes_policies(office: Office) -> None:
    changed = office.ada.api.patch("company", {"several_open": 3, "hold_days": 7, "domains": ["northwind.example"]})

    assert (changed["several_open"], changed["hold_days"]) == (3, 7)
    assert office.rep.api.get("company") == changed


def test_a_field_of_several_kinds_is_named_by_its_name(office: Office) -> None:
    answer = office.ada.api.call("PATCH", "company", {"several_open": "some"})

    assert answer.status_code == 422
    assert {one["field"] for one in answer.json["errors"]} == {"several_open"}


def test_a_member_changes_no_policy(office: Office) -> None:
    assert office.rep.api.call("PATCH", "company", {"hold_days": 7}).status_code == 403


def test_a_policy_that_does_nothing_yet_is_422_and_names_the_field(office: Office) -> None:
    for body in ({"tracking": "allowed"}, {"retention_days": 0}):
        answer = office.ada.api.call("PATCH", "company", body)
        assert answer.status_code == 422
        assert [one["field"] for one in answer.json["errors"]] == list(body)


def test_me_shows_preferences_and_the_personal_address(office: Office) -> None:
    me = office.rep.api.get("me")

    assert me["email"] == office.rep.email
    assert (me["role"], me["language"], me["deal_linking"], me["notices"], me["mailto"]) == (
        "member",
        "en",
        "automatic",
        "problems",
        "here",
    )
    assert me["sharing_default"] == {"smtp": "shared", "imap": "private"}
    assert me["forwards_here"] is False
    assert me["personal_bcc_address"] == office.rep.made.personal_bcc_address


def test_me_changes_one_nested_field_alone(office: Office) -> None:
    me = office.reader.api.patch("me", {"sharing_default": {"smtp": "private"}, "time_zone": "Europe/Berlin"})

    assert office.reader.api.patch("me", {"forwards_here": True})["forwards_here"] is True
    assert me["sharing_default"] == {"smtp": "private", "imap": "private"}
    assert me["time_zone"] == "Europe/Berlin"


def test_me_refuses_what_it_does_not_know(office: Office) -> None:
    for body in ({"email": "x@y.example"}, {"time_zone": "Mars/Olympus"}, {"notices": "hourly"}, {"name": None}):
        assert office.rep.api.call("PATCH", "me", body).status_code == 422, body


def test_users_are_for_admins(office: Office) -> None:
    assert office.rep.api.call("GET", "users").status_code == 403
    listed = office.ada.api.get("users")["data"]
    assert {one["email"] for one in listed} == {
        one.email for one in (office.ada, office.rep, office.colleague, office.reader)
    }
    assert "preferences" not in listed[0]


def test_a_new_user_gets_an_invitation_and_sets_a_password(office: Office) -> None:
    made = office.ada.api.post("users", {"email": "nora@northwind.example", "name": "Nora", "role": "member"})
    assert made["invite_url"].startswith(office.site.settings.base_url + "/invite/")
    path = made["invite_url"].removeprefix(office.site.settings.base_url)

    browser = office.site.browser()
    assert browser.post(path, path, password="a good long one").status_code == 303
    assert "Nora" in browser.get("/inbox").text
    assert browser.get(path).status_code == 410
    assert office.site.browser().login("nora@northwind.example", "a good long one").status_code == 303
    senders = office.ada.api.get("approved-senders")["data"]
    assert {"nora@northwind.example"} <= {one["address"] for one in senders if one["state"] == "approved"}


def test_deactivation_ends_tokens_and_browsers_at_once(office: Office) -> None:
    browser = office.rep.browser()
    user_id = office.site.sealer.seal("user", office.rep.viewer.user_id)

    assert office.ada.api.patch(f"users/{user_id}", {"state": "deactivated"})["state"] == "deactivated"

    assert office.rep.api.call("GET", "me").status_code == 401
    assert browser.get("/inbox").status_code == 302
    assert office.site.browser().login(office.rep.email).status_code == 422


def test_the_last_admin_stays(office: Office) -> None:
    user_id = office.site.sealer.seal("user", office.ada.viewer.user_id)

    assert office.ada.api.call("PATCH", f"users/{user_id}", {"role": "member"}).status_code == 409


def test_senders_are_ones_own_but_for_admins(office: Office) -> None:
    (own,) = office.rep.api.get("approved-senders")["data"]
    assert own.items() >= {"address": office.rep.email, "state": "approved", "team_id": None}.items()
    assert own["user_id"] == office.rep.api.get("me")["id"]
    assert len(office.ada.api.get("approved-senders")["data"]) == 4


def test_an_address_is_asked_for_and_taken_back(office: Office) -> None:
    api = office.rep.api
    asked = api.post("approved-senders", {"address": "anna@elsewhere.example"})
    assert asked.items() >= {"address": "anna@elsewhere.example", "state": "requested", "team_id": None}.items()
    assert asked["user_id"] == api.get("me")["id"]
    for wrong in ({"address": "anna@elsewhere.example"}, {"address": "nobody"}, {}, {"address": "a@b.example", "x": 1}):
        assert api.call("POST", "approved-senders", wrong).status_code == 422

    place = f"approved-senders/{asked['id']}"
    assert office.colleague.api.call("DELETE", place).status_code == 404
    assert api.call("DELETE", place).status_code == 204
    assert api.call("DELETE", place).status_code == 409
    listed = {one["address"]: one for one in api.get("approved-senders")["data"]}
    assert listed["anna@elsewhere.example"]["state"] == "revoked"
    again = api.post("approved-senders", {"address": "anna@elsewhere.example"})
    assert office.ada.api.call("DELETE", f"approved-senders/{again['id']}").status_code == 204
    for person in (office.rep, office.ada):
        login = f"approved-senders/{listed[office.rep.email]['id']}"
        assert person.api.call("DELETE", login).status_code == 409
    assert office.reader.api.call("POST", "approved-senders", {"address": "rosa@home.example"}).status_code == 403
