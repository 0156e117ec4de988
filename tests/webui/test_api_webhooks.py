"""`webhooks` by the API: one's own alone, the secret once, sending again (INTERFACE 4)."""

from __future__ import annotations

from tests.webui.conftest import Office

HOOK = {"url": "https://hooks.example/in?a=1", "events": ["message.filed", "link.created"]}


def test_a_webhook_from_making_to_removing(office: Office) -> None:
    api = office.rep.api
    made = api.post("webhooks", HOOK)
    assert made["secret"].startswith("whsec_")
    shown = {name: value for name, value in made.items() if name != "secret"}
    assert api.get("webhooks") == {"data": [shown], "next_cursor": None}
    assert api.get(f"webhooks/{made['id']}") == shown

    delivery = api.post(f"webhooks/{made['id']}/test", {})
    assert (delivery["type"], delivery["status"]) == ("test", "pending")
    assert api.get(f"webhooks/{made['id']}/deliveries")["data"] == [delivery]
    again = api.post(f"webhooks/{made['id']}/deliveries/{delivery['id']}/replay", {})
    assert again["id"] == delivery["id"]
    off = api.patch(f"webhooks/{made['id']}", {"active": False, "description": "of the shop"})
    assert (off["active"], off["description"], off["disabled_reason"]) == (False, "of the shop", None)
    (ended,) = api.get(f"webhooks/{made['id']}/deliveries")["data"]
    assert (ended["status"], ended["error"]) == ("failed", "The webhook was switched off.")
    assert api.call("POST", f"webhooks/{made['id']}/test", {}).status_code == 409
    api.patch(f"webhooks/{made['id']}", {"active": True})
    assert api.post(f"webhooks/{made['id']}/replay", {"since": "2020-01-01T00:00:00Z"}) == {"count": 1}
    assert api.post(f"webhooks/{made['id']}/rotate", {})["secret"] != made["secret"]
    actions = [one["action"] for one in api.get("audit-events")["data"] if one["target"]["type"] == "webhook"]
    assert actions == ["own.webhook.rotate", "own.webhook.change", "own.webhook.change", "own.webhook.add"]
    for person in (office.ada, office.colleague, office.stranger):
        assert person.api.get("webhooks")["data"] == []
        for path in ("", "/deliveries"):
            assert person.api.call("GET", f"webhooks/{made['id']}{path}").status_code == 404
        for act in ("/test", "/rotate", f"/deliveries/{delivery['id']}/replay"):
            assert person.api.call("POST", f"webhooks/{made['id']}{act}", {}).status_code == 404
    api.delete(f"webhooks/{made['id']}")
    assert api.get("webhooks")["data"] == []


def test_a_key_makes_one_webhook_with_one_secret(office: Office) -> None:
    key = {"Idempotency-Key": "k1"}
    first = office.rep.api.call("POST", "webhooks", HOOK, headers=key)
    again = office.rep.api.call("POST", "webhooks", HOOK, headers=key)
    assert (first.status_code, first.json) == (201, again.json)
    other = office.rep.api.call("POST", "webhooks", {**HOOK, "description": "x"}, headers=key)
    assert other.status_code == 422


def test_what_cannot_be_a_webhook_is_422_with_its_field(office: Office) -> None:
    for change, field in (
        ({"url": "ftp://hooks.example/"}, "url"),
        ({"url": "https://a:b@hooks.example/"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["test"]}, "events.0"),
        ({"secret": "whsec_x"}, "secret"),
    ):
        answer = office.rep.api.call("POST", "webhooks", HOOK | change)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)


def test_the_audit_log_is_ones_own_but_for_admins(office: Office) -> None:
    office.customer()
    everything = office.ada.api.get("audit-events")["data"]
    own = office.rep.api.get("audit-events")["data"]
    assert {one["action"] for one in own} == {"contact.add", "token.add"}
    rep = own[0]["actor_id"]
    assert {one["actor_id"] for one in own} == {rep} != {one["actor_id"] for one in everything}
    assert office.ada.api.get("audit-events", actor_id=rep, kind="records")["data"] == own[:1]
    assert office.ada.api.get("audit-events", kind="mail")["data"] == []
    at = own[0]["at"]
    assert own[0] in office.ada.api.get("audit-events", after=at)["data"]
    assert own[0] not in office.ada.api.get("audit-events", before=at)["data"]
    assert office.colleague.api.call("GET", "audit-events", query_string={"actor_id": rep}).status_code == 403
    first = office.ada.api.get("audit-events", limit=1)
    assert first["data"] == everything[:1]
    assert office.ada.api.get("audit-events", limit=1, cursor=first["next_cursor"])["data"] == everything[1:2]
