"""messages, links, threads: a Bcc'd mail as its owner and as others see it."""

from __future__ import annotations

from typing import Any

from tests.kit.mails import File, a_message
from tests.webui.conftest import CUSTOMER, REP, Office

FIELDS = {
    "id",
    "thread_id",
    "message_id",
    "subject",
    "date",
    "received_at",
    "sort_at",
    "direction",
    "from",
    "to",
    "cc",
    "snippet",
    "text",
    "html",
    "attachments",
    "links",
    "hidden_links",
    "authentication",
    "forwarded",
    "question",
    "copies",
    "decisions",
    "read",
    "archived",
    "deleted",
}
RICH = '<p>Offer <b>now</b></p><script>alert(1)</script><img src="http://tracker.example/x.gif"><img src="cid:logo">'
PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")


def test_a_bcc_copy_stands_on_contact_and_deal(office: Office) -> None:
    contact = office.customer()
    deal = office.deal(contact)
    filed = office.mail(subject="Offer", text="40 chairs at 89 EUR", message_id="<offer@northwind.example>")

    message = office.rep.api.get(f"messages/{office.seal('message', filed.message_id)}")

    assert set(message) >= FIELDS
    assert (message["subject"], message["direction"]) == ("Offer", "outgoing")
    assert message["message_id"] == "<offer@northwind.example>"
    assert message["from"]["address"] == REP
    assert [one["address"] for one in message["to"]] == [CUSTOMER]
    assert message["date"].endswith("Z")
    assert message["authentication"]["verdict"] == "proved"
    assert {(one["type"], one["target_id"], one["origin"]) for one in message["links"]} == {
        ("contact", contact["id"], "auto"),
        ("deal", deal["id"], "auto"),
    }
    assert all(one["sentence"] for one in message["links"] + message["decisions"])
    assert message["copies"] == [{"user_id": message["copies"][0]["user_id"], "origin": "smtp", "sharing": "shared"}]
    assert (message["read"], message["archived"], message["deleted"], message["hidden_links"]) == (
        False,
        False,
        False,
        0,
    )


def test_filters_find_the_letter_and_nothing_else(office: Office) -> None:
    contact = office.customer()
    deal = office.deal(contact)
    office.mail(subject="Offer")
    office.mail(subject="Lunch", to="unknown@elsewhere.example")
    api = office.rep.api

    def subjects(**query: Any) -> list[str]:
        return [one["subject"] for one in api.get("messages", **query)["data"]]

    assert subjects() == ["Lunch", "Offer"]
    assert subjects(contact_id=contact["id"]) == subjects(deal_id=deal["id"]) == ["Offer"]
    assert subjects(unlinked="true") == ["Lunch"]
    assert subjects(q="lunch") == ["Lunch"]
    assert subjects(deleted="true") == []
    assert subjects(after="2026-03-04T10:00:00Z") == ["Lunch", "Offer"]
    assert subjects(before="2026-03-04T10:00:00+00:00") == []
    thread_id = api.get("messages")["data"][0]["thread_id"]
    assert subjects(thread_id=thread_id) == ["Lunch"]


def test_pages_hold_each_letter_once(office: Office) -> None:
    for number in range(5):
        office.mail(subject=f"No {number}")
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = office.rep.api.get("messages", **query)
        seen += [one["subject"] for one in page["data"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == [f"No {number}" for number in range(5)][::-1]


def test_raw_is_the_owners_byte_exact_copy_alone(office: Office) -> None:
    office.customer()
    raw = a_message(from_=REP, to=CUSTOMER, subject="Öl", text="Grüße")
    filed = office.world.mail(raw)
    assert filed
    message_id = office.seal("message", filed.message_id)

    answer = office.rep.api.call("GET", f"messages/{message_id}/raw")

    assert answer.data == raw
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert office.colleague.api.call("GET", f"messages/{message_id}").status_code == 200
    assert office.colleague.api.call("GET", f"messages/{message_id}/raw").status_code == 404


def test_html_is_sanitised_and_asks_for_nothing(office: Office) -> None:
    logo = File("logo.gif", PIXEL, "image/gif", inline=True, content_id="logo")
    filed = office.mail(html=RICH, attachments=[logo])

    html = office.rep.api.get(f"messages/{office.seal('message', filed.message_id)}")["html"]

    assert "<b>now</b>" in html
    assert not any(word in html for word in ("script", "tracker", "src=", "cid:"))
    assert office.rep.api.get("messages")["data"][0]["html"] is None


def test_attachment_is_a_download_of_a_safe_type(office: Office) -> None:
    page = File("in\u202evoice.html", b"<script>alert(1)</script>", "text/html")
    filed = office.mail(attachments=[page, File("plan.pdf", b"%PDF-1.4", "application/pdf")])
    path = f"messages/{office.seal('message', filed.message_id)}"
    html, pdf = office.rep.api.get(path)["attachments"]

    answer = office.rep.api.call("GET", f"{path}/attachments/{html['id']}")

    assert answer.data == b"<script>alert(1)</script>"
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="invoice.html"')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert (pdf["size"], pdf["inline"]) == (8, False)
    assert office.rep.api.call("GET", f"{path}/attachments/{pdf['id']}").mimetype == "application/pdf"


def test_patch_changes_ones_own_copy(office: Office) -> None:
    office.customer()
    filed = office.mail()
    path = f"messages/{office.seal('message', filed.message_id)}"

    changed = office.rep.api.patch(path, {"read": True, "archived": True})

    assert (changed["read"], changed["archived"]) == (True, True)
    assert office.colleague.api.get(path)["read"] is False
    assert office.colleague.api.call("PATCH", path, {"read": True}).status_code == 403
    assert office.rep.api.patch(path, {"sharing": "private"})["copies"][0]["sharing"] == "private"
    assert office.colleague.api.call("GET", path).status_code == 404
    assert office.rep.api.call("PATCH", path, {"sharing": "everybody"}).status_code == 422
    assert office.rep.api.call("PATCH", path, {"read": "yes"}).status_code == 422
    office.rep.api.patch(path, {"deleted": True})
    assert office.rep.api.get("messages")["data"] == []
    assert [one["id"] for one in office.rep.api.get("messages", deleted="true")["data"]] == [path.split("/")[1]]


def test_link_by_hand_and_undo(office: Office) -> None:
    office.customer()
    project = office.rep.api.post("projects", {"title": "The new shop"})
    filed = office.mail()
    path = f"messages/{office.seal('message', filed.message_id)}"

    answer = office.rep.api.call("POST", f"{path}/links", {"type": "project", "target_id": project["id"]})

    assert answer.status_code == 201
    link = answer.json
    assert link.items() >= {"type": "project", "target_id": project["id"], "origin": "manual"}.items()
    assert link in office.rep.api.get(path)["links"]
    office.rep.api.delete(f"links/{link['id']}")
    assert link["id"] not in [one["id"] for one in office.rep.api.get(path)["links"]]
    assert office.rep.api.call("DELETE", f"links/{link['id']}").status_code == 404


def test_link_that_would_hide_the_letter_says_so_first(office: Office) -> None:
    office.customer()
    quiet = office.rep.api.post("projects", {"title": "Quiet", "visibility": "owner"})
    filed = office.mail()
    path = f"messages/{office.seal('message', filed.message_id)}"
    body = {"type": "project", "target_id": quiet["id"]}

    answer = office.rep.api.call("POST", f"{path}/links", body)

    assert answer.status_code == 409
    assert office.seal("user", office.colleague.viewer.user_id) in answer.json["hides_from"]
    assert office.colleague.api.call("GET", path).status_code == 200
    office.rep.api.post(f"{path}/links", body | {"confirm": True})
    assert office.colleague.api.call("GET", path).status_code == 404


def test_link_to_what_is_not_there_is_404(office: Office) -> None:
    filed = office.mail()
    path = f"messages/{office.seal('message', filed.message_id)}/links"
    foreign = office.stranger.api.post("deals", {"title": "Theirs"})

    for target in (foreign["id"], "nonsense", office.customer()["id"]):
        assert office.rep.api.call("POST", path, {"type": "deal", "target_id": target}).status_code == 404


def test_thread_holds_both_and_counts_the_gap(office: Office) -> None:
    office.customer()
    office.mail(subject="Plan", message_id="<1@northwind.example>")
    second = office.mail(
        subject="Re: Plan",
        text="More",
        message_id="<2@northwind.example>",
        in_reply_to="<1@northwind.example>",
        references=["<0@northwind.example>", "<1@northwind.example>"],
    )
    message = office.rep.api.get(f"messages/{office.seal('message', second.message_id)}")

    thread = office.rep.api.get(f"threads/{message['thread_id']}")

    assert [one["subject"] for one in thread["messages"]] == ["Plan", "Re: Plan"]
    assert (thread["id"], thread["gaps"]) == (message["thread_id"], 1)


def test_upload_is_private(office: Office) -> None:
    office.customer()
    filed = office.mail(owner=office.rep, from_=CUSTOMER, to=REP)
    path = f"messages/{office.seal('message', filed.message_id)}"

    assert office.rep.api.get(path)["copies"][0].items() >= {"origin": "upload", "sharing": "private"}.items()
    for other in (office.colleague, office.ada, office.reader, office.stranger):
        assert other.api.call("GET", path).status_code == 404
