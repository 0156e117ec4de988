"""Mail of one whom only a colleague's hidden contact knows: the colleague is asked, the rep notices nothing (R24)."""

from __future__ import annotations

from typing import Any

from tests.webui.conftest import CUSTOMER, Office

PLAIN = "plain@fabrikam.example"
OWN = {"id", "message_id", "thread_id", "received_at", "sort_at", "subject", "to", "question", "copies", "decisions"}


def hidden(office: Office) -> dict[str, Any]:
    """Make a contact that its owner alone sees."""
    given = {"name": "Maria", "addresses": [CUSTOMER], "visibility": "owner"}
    made: dict[str, Any] = office.colleague.api.post("contacts", given)
    return made


def comparable(message: dict[str, Any]) -> dict[str, Any]:
    """Answer a message without what makes it another one."""
    return {name: value for name, value in message.items() if name not in OWN}


def test_the_owner_of_the_contact_is_asked_and_the_rep_notices_a_link_alone(office: Office) -> None:
    contact = hidden(office)
    filed = office.mail(subject="Secret offer")
    office.mail(to=PLAIN, subject="Secret offer")
    rep, colleague = office.rep.api, office.colleague.api
    path = f"messages/{office.seal('message', filed.message_id)}"
    plain, asked = rep.get("messages")["data"]
    assert comparable(asked) == comparable(plain)
    assert len(rep.get("unresolved")["data"]) == 2
    assert {len(one["candidates"]) for one in rep.get("unresolved")["data"]} == {0}

    (question,) = colleague.get("unresolved")["data"]
    assert [one["id"] for one in question["candidates"]] == [contact["id"]]
    assert question["question"].startswith("A colleague shared a mail that")
    assert office.ada.api.get("unresolved")["data"] == []
    page = office.colleague.browser().get("/unresolved").text
    assert "anna@northwind.example" in page
    assert "Secret offer" not in page
    assert CUSTOMER not in page.partition('id="q-words"')[2].partition("</article>")[0]
    assert colleague.call("GET", path).status_code == 404

    answer = f"unresolved/{question['id']}/answer"
    other = colleague.post("contacts", {"name": "Another"})["id"]
    assert colleague.call("POST", answer, {"type": "contact", "target_id": other}).status_code in (404, 422)
    assert colleague.call("POST", answer, {"create": "deal", "title": "x"}).status_code in (404, 422)
    colleague.post(answer, {"type": "contact", "target_id": contact["id"]})
    seen = rep.get(path)
    assert (seen["links"], seen["hidden_links"]) == ([], 1)
    assert colleague.get(path)["links"][0]["target_id"] == contact["id"]
    assert colleague.get("unresolved")["data"] == []


def test_of_a_private_copy_nobody_is_asked_until_it_is_shared(office: Office) -> None:
    hidden(office)
    office.rep.api.patch("me", {"sharing_default": {"smtp": "private"}})
    filed = office.mail(subject="Private offer")
    path = f"messages/{office.seal('message', filed.message_id)}"
    colleague = office.colleague.api
    assert colleague.get("unresolved")["data"] == []
    office.rep.api.patch(path, {"sharing": "shared"})
    (question,) = colleague.get("unresolved")["data"]
    # A replay of the rep's mail neither sees nor takes away what the colleague is asked.
    inbound = office.seal("inbound", filed.inbound_id)
    office.rep.api.post(f"inbound/{inbound}/replay", {})
    assert [one["id"] for one in colleague.get("unresolved")["data"]] == [question["id"]]
    office.rep.api.patch(path, {"sharing": "private"})
    assert colleague.get("unresolved")["data"] == []
    office.rep.api.patch(path, {"sharing": "shared"})
    colleague.post(f"unresolved/{question['id']}/answer", {"dismiss": True})
    assert colleague.get("unresolved")["data"] == []
    assert office.rep.api.get(path)["hidden_links"] == 0
