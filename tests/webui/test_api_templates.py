"""`templates` and `signatures` by the API: clean, with known merge fields, one's own or the company's (INTERFACE 4)."""

from __future__ import annotations

import pytest

from tests.webui.conftest import Office


def test_html_is_cleaned_and_merge_fields_are_listed(office: Office) -> None:
    made = office.rep.api.post(
        "templates",
        {
            "name": "Offer",
            "subject": "For {{organization.name}}",
            "html": "<p onclick=x()>Dear {{ contact.name }},</p><script>x()</script><p>{{user.name}}</p>",
        },
    )
    assert made["html"] == "<p>Dear {{ contact.name }},</p><p>{{user.name}}</p>"
    assert "Dear {{ contact.name }}," in made["text"]
    assert made["fields"] == ["organization.name", "contact.name", "user.name"]
    changed = office.rep.api.patch(f"templates/{made['id']}", {"html": "<b>{{deal.title}}</b>"})
    assert (changed["text"].strip(), changed["fields"]) == ("{{deal.title}}", ["organization.name", "deal.title"])
    assert office.rep.api.get("signatures")["data"] == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": "Dear {{contact.password}}"}, "text"),
        ({"text": "Dear {{ 7 * 7 }}"}, "text"),
        ({"text": "Dear {{contact.name}"}, "text"),
        ({"html": "<p>{{user.name}} }}</p>"}, "html"),
        ({"html": "<script></script>"}, "text"),
        ({"text": " \n"}, "text"),
        ({"text": "x", "subject": "two\nlines"}, "subject"),
        ({"text": "x", "sharing": "team"}, "sharing"),
        ({"text": "x", "body": "y"}, "body"),
    ],
)
def test_what_is_wrong_is_422_with_its_field(office: Office, given: dict[str, str], field: str) -> None:
    answer = office.rep.api.call("POST", "templates", {"name": "T", **given})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)


def test_what_is_the_companys_everybody_reads_and_owner_and_admin_change(office: Office) -> None:
    own = office.rep.api.post("signatures", {"name": "Mine", "text": "Anna"})
    shared = office.rep.api.post("signatures", {"name": "All", "text": "Northwind", "sharing": "company"})
    assert office.rep.api.get("signatures")["data"] == [shared, own]
    for person in (office.colleague, office.ada, office.reader):
        assert person.api.get("signatures")["data"] == [shared]
        assert person.api.call("GET", f"signatures/{own['id']}").status_code == 404
        assert person.api.call("GET", f"templates/{shared['id']}").status_code == 404
    assert office.colleague.api.call("PATCH", f"signatures/{shared['id']}", {"name": "x"}).status_code == 403
    assert office.ada.api.patch(f"signatures/{shared['id']}", {"name": "x"})["name"] == "x"
    assert office.stranger.api.get("signatures")["data"] == []
    office.rep.api.delete(f"signatures/{shared['id']}")
    assert office.colleague.api.get("signatures")["data"] == []
