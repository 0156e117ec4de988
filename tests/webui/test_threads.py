"""Splitting and merging conversations by the API and on the pages (RULES R25, INTERFACE 4)."""

from __future__ import annotations

import re
from typing import Any

from tests.webui.conftest import CUSTOMER, Office
from tests.webui.test_routes import MADE_UP


def letters(office: Office) -> list[dict[str, Any]]:
    """Deliver a letter, its answer, and one of another matter; answer them as the rep sees them."""
    office.customer()
    found = []
    for number, line in enumerate(([], ["<0@x>"], [])):
        filed = office.mail(
            to=CUSTOMER,
            subject=f"Re: Offer {number // 2}" if line else f"Offer {number // 2}",
            text=f"The letter {number}",
            message_id=f"<{number}@x>",
            in_reply_to=line[0] if line else None,
            references=line,
        )
        found.append(office.rep.api.get(f"messages/{office.seal('message', filed.message_id)}"))
    return found


def thread_of(office: Office, letter: dict[str, Any]) -> str:
    return str(office.colleague.api.get(f"messages/{letter['id']}")["thread_id"])


def test_split_and_merge_by_the_api(office: Office) -> None:
    first, answer, other = letters(office)
    assert first["thread_id"] == answer["thread_id"] != other["thread_id"]
    made = office.rep.api.post(f"threads/{first['thread_id']}/split", {"message_ids": [answer["id"]]})
    assert made == {"id": thread_of(office, answer), "message_ids": [answer["id"]]}
    assert thread_of(office, first) == first["thread_id"] != made["id"]
    assert [one["id"] for one in office.rep.api.get(f"threads/{made['id']}")["messages"]] == [answer["id"]]
    merged = office.colleague.api.post(f"threads/{made['id']}/merge", {"thread_id": other["thread_id"]})
    assert merged == {"id": thread_of(office, other), "message_ids": [answer["id"], other["id"]]}
    assert thread_of(office, answer) == merged["id"]
    assert [one["id"] for one in office.rep.api.get("messages", thread_id=merged["id"])["data"]] == [
        other["id"],
        answer["id"],
    ]


def test_what_is_refused(office: Office) -> None:
    first, answer, other = letters(office)
    path = f"threads/{first['thread_id']}"
    for verb, body, status, of_stranger in (
        ("split", {"message_ids": [MADE_UP]}, 404, 404),
        ("split", {"message_ids": [other["id"]]}, 422, 404),
        ("split", {"message_ids": [first["id"], answer["id"]]}, 422, 404),
        ("split", {"message_ids": []}, 422, 422),
        ("split", {"message_ids": [first["id"]], "also": 1}, 422, 422),
        ("merge", {"thread_id": MADE_UP}, 404, 404),
        ("merge", {"thread_id": first["thread_id"]}, 422, 404),
    ):
        for person, expected in ((office.rep, status), (office.stranger, of_stranger)):
            assert person.api.call("POST", f"{path}/{verb}", body).status_code == expected, (person.email, body)
    assert office.reader.api.call("POST", f"{path}/merge", {"thread_id": other["thread_id"]}).status_code == 403


def test_on_the_pages_with_a_way_back(office: Office) -> None:
    first, answer, other = letters(office)
    browser = office.rep.browser()
    here = f"/t/{first['thread_id']}"
    split = browser.post(f"{here}/split", message_ids=answer["id"])
    assert thread_of(office, answer) != first["thread_id"]
    undo = re.search(r'name="choice" value="([^"]+)"', browser.get(split.headers["Location"]).text)
    assert undo is not None
    browser.post(f"{split.headers['Location']}/undo", choice=undo[1])
    assert thread_of(office, answer) == first["thread_id"]
    page = browser.get(f"{here}/merge").text
    assert other["thread_id"] in page
    assert first["thread_id"] not in re.findall(r'name="thread_id" value="([^"]+)"', page)
    browser.post(f"{here}/merge", thread_id=other["thread_id"])
    assert thread_of(office, other) == thread_of(office, first)
    assert "No conversation found" in browser.get(f"{here}/merge?q=nothinglikeit").text


def test_the_way_back_after_the_messages_went_out_of_sight(office: Office) -> None:
    first, answer, _ = letters(office)
    browser = office.colleague.browser()
    split = browser.post(f"/t/{first['thread_id']}/split", message_ids=answer["id"])
    undo = re.search(r'name="choice" value="([^"]+)"', browser.get(split.headers["Location"]).text)
    assert undo is not None
    for letter in (first, answer):
        office.rep.api.patch(f"messages/{letter['id']}", {"sharing": "private"})
    undone = browser.post(f"{split.headers['Location']}/undo", choice=undo[1])
    assert undone.headers["Location"] == "/inbox"
    assert "Undone. You no longer see these messages." in browser.get("/inbox").text
    found = [office.rep.api.get(f"messages/{letter['id']}")["thread_id"] for letter in (first, answer)]
    assert found == [first["thread_id"]] * 2
