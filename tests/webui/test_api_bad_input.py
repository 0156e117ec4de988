"""Whatever a caller sends, the answer is a problem detail and never a 500."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.webui.conftest import Office
from tests.webui.test_routes import made_up, the_table

BODIES = [
    b"{",
    b"[]",
    b"null",
    b"7",
    b'"text"',
    b'{"name": "\\ud800"}',
    b'{"name": "\\u0000"}',
    b'{"name": NaN}',
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"value": ' + b"9" * 10_000 + b', "title": "x"}',
    b'{"name": "x", "name": 7}',
]
CURSORS = ["", "x", "0", "....", "a.b", "é", "\x00", "x" * 3000, "-1", "%00"]
QUERIES: list[dict[str, Any]] = [
    {"limit": "0"},
    {"limit": "201"},
    {"limit": "ten"},
    {"limit": ["1", "2"]},
    {"after": "yesterday"},
    {"after": "0001-01-01T00:00:00+14:00"},
    {"unlinked": "perhaps"},
    {"q": "x" * 500},
    {"q": "\x00"},
    {"colour": "red"},
]


def test_bad_body_is_a_problem(office: Office) -> None:
    for path, body in itertools.product(("contacts", "deals"), BODIES):
        answer = office.rep.api.call("POST", path, data=body, content_type="application/json")

        assert answer.status_code in (400, 422), body[:40]
        assert answer.mimetype == "application/problem+json"
        assert answer.json["status"] == answer.status_code


def test_other_media_types_are_415(office: Office) -> None:
    answer = office.rep.api.call("POST", "contacts", data=b"name=x", content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, answer.mimetype) == (415, "application/problem+json")


def test_a_huge_body_is_413(office: Office) -> None:
    for size in (1_500_000, 3_000_000):
        answer = office.rep.api.call("POST", "contacts", data=b" " * size, content_type="application/json")
        assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")


def test_bad_cursor_is_422_on_every_list(office: Office) -> None:
    lists = ("messages", "contacts", "inbound", "unresolved", "approved-senders")
    for path, cursor in itertools.product(lists, CURSORS):
        answer = office.rep.api.call("GET", path, query_string={"cursor": cursor})
        assert answer.status_code == 422, (path, cursor)
        assert [one["field"] for one in answer.json["errors"]] == ["cursor"]


def test_a_cursor_is_good_for_one_list_and_one_user(office: Office) -> None:
    for number in range(2):
        office.rep.api.post("contacts", {"name": f"No {number}"})
        office.rep.api.post("leads", {"title": f"No {number}"})
    cursor = office.rep.api.get("contacts", limit=1)["next_cursor"]

    assert office.rep.api.call("GET", "leads", query_string={"cursor": cursor}).status_code == 422
    assert office.colleague.api.call("GET", "contacts", query_string={"cursor": cursor}).status_code == 422


def test_bad_query_is_422(office: Office) -> None:
    for query in QUERIES:
        answer = office.rep.api.call("GET", "messages", query_string=query)

        assert answer.status_code == 422, query
        assert answer.mimetype == "application/problem+json"


def test_a_plus_that_became_a_space_is_understood(office: Office) -> None:
    path = "messages?after=2026-03-04T10:00:00+00:00"

    assert office.rep.api.call("GET", path).status_code == 200


def test_what_is_not_there_is_404_and_what_is_not_done_405(office: Office) -> None:
    missing = office.rep.api.call("GET", "nothing-here")
    assert (missing.status_code, missing.mimetype) == (404, "application/problem+json")
    wrong = office.rep.api.call("DELETE", "me")
    assert (wrong.status_code, wrong.mimetype) == (405, "application/problem+json")
    assert "PATCH" in wrong.headers["Allow"]


def test_a_wrong_token_is_401(office: Office) -> None:
    for header in ("", "Bearer", "Bearer x", "Basic abc", "Bearer \xff", "Bearer " + "x" * 5000):
        answer = office.site.app.test_client().get("/api/v1/me", headers={"Authorization": header} if header else {})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_same_key_gives_the_first_answer(office: Office) -> None:
    key = {"Idempotency-Key": "7f1d"}
    first = office.rep.api.call("POST", "contacts", {"name": "Maria"}, headers=key)
    again = office.rep.api.call("POST", "contacts", {"name": "Maria"}, headers=key)
    other = office.rep.api.call("POST", "contacts", {"name": "Marta"}, headers=key)

    assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)
    assert other.status_code == 422
    assert len(office.rep.api.get("contacts")["data"]) == 1
    assert office.colleague.api.call("POST", "contacts", {"name": "Marta"}, headers=key).status_code == 201
    assert office.rep.api.call("POST", "contacts", {"name": "x"}, headers={"Idempotency-Key": ""}).status_code == 422


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["name", "title", "addresses", "domains", "status", "contact_ids", "value", "type", "target_id", "create", "read"]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(NAMES, JSON, max_size=4) | JSON, place=st.text(min_size=1, max_size=30))
def test_any_json_anywhere_is_answered(office: Office, body: Any, place: str) -> None:
    for (method, rule), access in the_table().items():
        if access in ("member", "chief") and method in ("POST", "PATCH"):
            path = made_up(rule).removeprefix("/api/v1/")
            assert office.ada.api.call(method, path, body).status_code < 500, (method, rule)
    safe = place.replace("/", "_").replace("?", "_").replace("#", "_")
    assert office.rep.api.call("GET", f"messages/{safe}").status_code in (404, 308)
