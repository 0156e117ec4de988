"""A sender who could be taken for somebody else is warned of, by what the reader may see and nothing else (R30b)."""

from __future__ import annotations

import idna
import pytest

from tests.kit.http import Person
from tests.webui.conftest import Office


def warned(office: Office, from_: str, person: Person) -> str:
    """Answer the warning that somebody reads above a mail that he uploaded."""
    filed = office.mail(owner=person, from_=from_, to=person.email, subject=f"From {from_}")
    page = person.browser().get(f"/m/{office.seal('message', filed.message_id)}").text
    assert "letter-head" in page
    if "looks like" in page:
        return page.partition("looks like ")[2].partition(" ")[0]
    return "colleague" if "is the name of a colleague" in page else ""


def test_a_domain_one_letter_off_is_warned_of_and_the_right_one_is_not(office: Office) -> None:
    office.rep.api.post("organizations", {"name": "Fabrikam", "domains": ["fabrikam.example"]})
    office.rep.api.post("contacts", {"name": "Carl Ek", "addresses": ["carl@contoso.example"]})
    office.rep.api.post("contacts", {"name": "Nan Li", "addresses": ["nan@fabrikarn.example"]})
    assert [
        warned(office, from_, office.rep)
        for from_ in (
            "Maria <maria@fabrlkam.example>",
            f"Maria <maria@{idna.encode('fabríkam.example').decode()}>",
            "Anna <anna@northvvind.example>",
            "Carl Ek <carl@contosso.example>",
            "Else <else@contosso.example>",
            "Maria <maria@fabrikam.example>",
            "Nan Li <nan@fabrikarn.example>",
            "Sven <sven@elsewhere.example>",
        )
    ] == ["fabrikam.example", "fabrikam.example", "northwind.example", "contoso.example", "", "", "", ""]


def test_the_name_of_a_colleague_at_another_address_is_warned_of(office: Office) -> None:
    office.colleague.api.patch("me", {"name": "Bert Berg"})
    senders = ('"BERT  BERG" <boss@elsewhere.example>', "Bert <x@elsewhere.example>")
    assert [warned(office, one, office.rep) for one in senders] == ["colleague", ""]


def test_a_conversation_warns_of_every_sender_and_counts_what_is_blocked(office: Office) -> None:
    office.rep.api.post("organizations", {"name": "Fabrikam", "domains": ["fabrikam.example"]})
    office.colleague.api.patch("me", {"name": "Bert Berg"})
    senders = ("maria@fabrikam.example", "Maria <x@fabrlkam.example>", "Bert Berg <b@elsewhere.example>")
    picture = "<img src='https://track.example/{}.gif' width=1 height=1>"
    for number, from_ in enumerate(senders):
        filed = office.mail(
            owner=office.rep,
            from_=from_,
            to=office.rep.email,
            subject="Re: Offer",
            message_id=f"<{number}@x.example>",
            references=[f"<{one}@x.example>" for one in range(number)],
            html="<p>Yes</p>" + picture.format("a") * (number == 0) + picture.format("b") * (number < 2),
        )
    letter = office.rep.api.get(f"messages/{office.seal('message', filed.message_id)}")
    for _again in range(2):
        page = office.rep.browser().get(f"/t/{letter['thread_id']}").text
        one, two, three = page.split("<article")[1:]
        assert ("looks like" in one, "is the name of" in one, "2 trackers are blocked" in one) == (False, False, True)
        assert "fabrlkam.example, which looks like fabrikam.example and is not" in two
        assert "1 tracker is blocked" in two
        assert "track.example" in two
        assert "is the name of a colleague, but b@elsewhere.example is not" in three
        assert "blocked" not in three


@pytest.mark.parametrize("visibility", ["owner", "company"])
def test_only_what_the_reader_may_see_warns_him(office: Office, visibility: str) -> None:
    given = {"name": "Secret", "domains": ["tailspin.example"], "visibility": visibility}
    office.rep.api.post("organizations", given)
    seen = [warned(office, "x@tai1spin.example", one) for one in (office.rep, office.colleague)]
    assert seen == ["tailspin.example", "tailspin.example" if visibility == "company" else ""]
