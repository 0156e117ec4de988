"""A link that somebody undid never comes back by a rule, whatever happens to its letter later (R25)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.webui.conftest import Office

OTHER = "m.lopez@home.example"
Deed = Callable[[Office, str, str, str], None]
"""What happens later: given the office, the ids of the letter, of its mail and of the contact."""


def replayed(office: Office, letter: str, mail: str, contact: str) -> None:
    """Its mail is thought about anew."""
    office.rep.api.post(f"inbound/{mail}/replay", {})


def taken_in(office: Office, letter: str, mail: str, contact: str) -> None:
    """The contact takes its earlier mail."""
    office.rep.api.post(f"contacts/{contact}/earlier-messages", {})


def withdrawn_and_shared(office: Office, letter: str, mail: str, contact: str) -> None:
    """The copy becomes private and is shared again."""
    for sharing in ("private", "shared"):
        office.rep.api.patch(f"messages/{letter}", {"sharing": sharing})
        replayed(office, letter, mail, contact)


def another_witness(office: Office, letter: str, mail: str, contact: str) -> None:
    """A colleague has the letter as well, and shares it."""
    filed = office.mail(subject="An offer", text="For forty garden chairs, as we said", owner=office.colleague)
    office.colleague.api.call("PATCH", f"messages/{office.seal('message', filed.message_id)}", {"sharing": "shared"})


def merged_and_back(office: Office, letter: str, mail: str, contact: str) -> None:
    """The contact takes another in, is read anew, and gives it back."""
    other = office.rep.api.post("contacts", {"name": "Maria L.", "addresses": [OTHER]})["id"]
    office.rep.api.post(f"contacts/{contact}/merge", {"contact_id": other})
    replayed(office, letter, mail, contact)
    office.rep.api.post(f"contacts/{contact}/unmerge", {})
    replayed(office, letter, mail, contact)


def deleted_and_restored(office: Office, letter: str, mail: str, contact: str) -> None:
    """The contact is deleted and brought back."""
    office.rep.api.delete(f"contacts/{contact}")
    replayed(office, letter, mail, contact)
    office.rep.api.post(f"contacts/{contact}/restore", {})
    replayed(office, letter, mail, contact)


@pytest.mark.parametrize(
    "deed", [replayed, taken_in, withdrawn_and_shared, another_witness, merged_and_back, deleted_and_restored]
)
def test_what_was_undone_stays_undone(office: Office, deed: Deed) -> None:
    contact = office.customer()["id"]
    filed = office.mail(subject="An offer", text="For forty garden chairs, as we said")
    letter, mail = office.seal("message", filed.message_id), office.seal("inbound", filed.inbound_id)
    (link,) = office.rep.api.get(f"messages/{letter}")["links"]
    assert (link["target_id"], link["rule"]) == (contact, "R20.address")
    office.rep.api.delete(f"links/{link['id']}")
    deed(office, letter, mail, contact)
    assert office.rep.api.get(f"messages/{letter}")["links"] == []
    # A hand may.
    office.rep.api.post(f"messages/{letter}/links", {"type": "contact", "target_id": contact})
    assert [one["origin"] for one in office.rep.api.get(f"messages/{letter}")["links"]] == ["manual"]
