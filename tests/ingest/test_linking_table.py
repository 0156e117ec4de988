"""What a letter is linked to, told as a table: who writes, what exists, which policy (RULES R20 to R24)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from db.session import Database
from tests.kit.mails import a_message
from tests.kit.thinking import Office

CARL = "carl@customer.example"
DORA = "dora@customer.example"


@dataclass(frozen=True)
class Case:
    """`exists` makes records and answers them by name; `links` and `asks` name them."""

    mail: dict[str, Any]
    exists: Callable[[Office, Any], dict[str, int]]
    links: dict[str, str]
    asks: dict[str, list[str]] = field(default_factory=dict)
    policies: dict[str, Any] = field(default_factory=dict)
    preferences: dict[str, Any] = field(default_factory=dict)


def nothing(office: Office, rita: Any) -> dict[str, int]:
    return {}


def carl(office: Office, rita: Any) -> dict[str, int]:
    return {"carl": office.contact(rita, "info@customer.example", CARL)}


def carl_and_deal(office: Office, rita: Any) -> dict[str, int]:
    known = carl(office, rita)
    return known | {"chairs": office.deal(rita, "Chairs", known["carl"])}


def carl_and_lead_and_deal(office: Office, rita: Any) -> dict[str, int]:
    known = carl_and_deal(office, rita)
    return known | {"tables": office.deal(rita, "Tables", known["carl"], kind="lead")}


def carl_and_closed_deal(office: Office, rita: Any) -> dict[str, int]:
    known = carl_and_deal(office, rita)
    office.change(known["chairs"], status="won")
    return known


def carl_with_deal_and_dora(office: Office, rita: Any) -> dict[str, int]:
    return carl_and_deal(office, rita) | {"dora": office.contact(rita, DORA)}


def a_deal_each(office: Office, rita: Any) -> dict[str, int]:
    known = carl_with_deal_and_dora(office, rita)
    return known | {"tables": office.deal(rita, "Tables", known["dora"], kind="project")}


def organization(office: Office, rita: Any) -> dict[str, int]:
    made = office.record(rita, "organization", name="Customer", domains=["customer.example"])
    return {"customer": int(made.id)}


def organization_with_deal(office: Office, rita: Any) -> dict[str, int]:
    known = organization(office, rita)
    return known | {"chairs": office.deal(rita, "Chairs", organization_id=known["customer"])}


TO_CARL = {"to": CARL}
TO_BOTH = {"to": [CARL, DORA]}
CASES = {
    "nobody_known_asks_who_it_is": Case(TO_CARL, nothing, {}, {"R24.unknown": []}),
    "any_address_of_a_contact_links_it": Case(TO_CARL, carl, {"carl": "R20.address"}),
    "the_only_open_deal_is_linked": Case(TO_CARL, carl_and_deal, {"carl": "R20.address", "chairs": "R21.only_open"}),
    "a_closed_deal_gets_nothing_new": Case(TO_CARL, carl_and_closed_deal, {"carl": "R20.address"}),
    "several_open_ask": Case(
        TO_CARL, carl_and_lead_and_deal, {"carl": "R20.address"}, {"R21.several": ["tables", "chairs"]}
    ),
    "several_open_newest": Case(
        TO_CARL,
        carl_and_lead_and_deal,
        {"carl": "R20.address", "tables": "R21.newest"},
        policies={"several_open": "newest"},
    ),
    "several_open_all": Case(
        TO_CARL,
        carl_and_lead_and_deal,
        {"carl": "R20.address", "tables": "R21.all_open", "chairs": "R21.all_open"},
        policies={"several_open": "all"},
    ),
    "several_open_two_newest": Case(
        TO_CARL,
        carl_and_lead_and_deal,
        {"carl": "R20.address", "tables": "R21.newest", "chairs": "R21.newest"},
        policies={"several_open": 2},
    ),
    "a_rep_who_links_by_hand": Case(
        TO_CARL, carl_and_deal, {"carl": "R20.address"}, preferences={"deal_linking": "manual"}
    ),
    "the_recipient_with_an_open_deal_decides": Case(
        TO_BOTH,
        carl_with_deal_and_dora,
        {"carl": "R20.address", "dora": "R20.address", "chairs": "R22.one_decides"},
    ),
    "two_different_deals_ask": Case(
        TO_BOTH, a_deal_each, {"carl": "R20.address", "dora": "R20.address"}, {"R22.different": ["tables", "chairs"]}
    ),
    "a_domain_links_the_organisation": Case(TO_CARL, organization, {"customer": "R20.domain"}),
    "a_domain_and_its_only_open_deal": Case(
        TO_CARL, organization_with_deal, {"customer": "R20.domain", "chairs": "R21.only_open"}
    ),
    "an_unknown_cc_is_no_question_once_it_has_its_place": Case(
        {"to": CARL, "cc": "new@other.example"}, carl, {"carl": "R20.address"}
    ),
    "an_unknown_recipient_is_asked_about": Case(
        {"to": [CARL, "new@other.example"]}, carl, {"carl": "R20.address"}, {"R24.unknown": []}
    ),
    "automatic_mail_asks_nothing": Case({"to": CARL, "extra": {"Auto-Submitted": "auto-replied"}}, nothing, {}),
    "colleagues_are_no_parties": Case({"to": CARL, "cc": "boss@seller.example"}, carl, {"carl": "R20.address"}),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_letter_is_linked_to(database: Database, name: str) -> None:
    case = CASES[name]
    office = Office(database, **case.policies)
    rita = office.user("rita@seller.example")
    office.prefers(rita, **case.preferences)
    known = case.exists(office, rita)
    told = office.deliver(a_message(**case.mail))
    (letter,) = told.message_ids
    names = {number: name for name, number in known.items()}
    assert {names[target]: rule for target, rule in office.links(letter).items()} == case.links
    asked = {rule: [names[one] for one in candidates] for rule, candidates in office.questions(letter).items()}
    assert asked == case.asks
