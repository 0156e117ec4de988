"""Companies: made once by name, changed by admins, with the domains that are inside."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.audit import list_events
from accounts.companies import change_company, create_company, find_company_id, get_company, internal_domains
from accounts.free_mail import FREE_MAIL_DOMAINS, is_free_mail
from accounts.policies import CompanyPolicies
from accounts.refusals import Conflict, Forbidden, Invalid
from accounts.users import add_user
from accounts.viewer import Role
from db.session import Database
from tests.kit.company import MAIL_DOMAIN, NOW, house_in


def test_a_company_is_made_with_its_universal_address(database: Database) -> None:
    with database.write() as session:
        made = create_company(session, " Acme ", ["ACME.example."], CompanyPolicies(), NOW, MAIL_DOMAIN)
        company = get_company(session, made.company_id)
        assert find_company_id(session, "Acme") == made.company_id
    assert (company.name, company.domains, company.policies) == ("Acme", ("acme.example",), CompanyPolicies())
    assert company.bcc_address == made.bcc_address
    assert made.bcc_address.startswith("bcc-")
    assert made.bcc_address.endswith(f"@{MAIL_DOMAIN}")
    with pytest.raises(Conflict), database.write() as session:
        create_company(session, "Acme", [], CompanyPolicies(), NOW, MAIL_DOMAIN)


@pytest.mark.parametrize(
    ("name", "domains", "field"),
    [
        ("", [], "name"),
        ("a\nb", [], "name"),
        ("x" * 201, [], "name"),
        ("A", ["gmail.com"], "domains"),
        ("A", ["nodot"], "domains"),
        ("A", ["a b.example"], "domains"),
        ("A", ["-a.example"], "domains"),
        ("A", ["a..example"], "domains"),
        ("A", ["x@a.example"], "domains"),
        ("A", [""], "domains"),
    ],
)
def test_what_is_no_name_and_no_domain_is_told(database: Database, name: str, domains: list[str], field: str) -> None:
    with pytest.raises(Invalid) as refused, database.write() as session:
        create_company(session, name, domains, CompanyPolicies(), NOW, MAIL_DOMAIN)
    assert list(refused.value.errors) == [field]


def test_internal_are_own_domains_and_those_of_logins_but_free_mail_never(database: Database) -> None:
    house = house_in(database)
    with database.write() as session:
        add_user(session, house.company_id, "Eve@Sub.Example", "Eve", Role.MEMBER, NOW, MAIL_DOMAIN)
        add_user(session, house.company_id, "fred@gmail.com", "Fred", Role.MEMBER, NOW, MAIL_DOMAIN)
        change_company(session, house.ada.viewer, {"domains": ["münchen.example"]}, NOW)
        assert internal_domains(session, house.company_id) == {
            "xn--mnchen-3ya.example",
            "northwind.example",
            "sub.example",
        }


def test_an_admin_changes_and_everybody_reads(database: Database) -> None:
    house = house_in(database)
    with database.write() as session:
        changes: dict[str, Any] = {"name": "North", "hold_days": 7, "several_open": 2}
        after = change_company(session, house.ada.viewer, changes, NOW)
        assert (after.name, after.policies.hold_days, after.policies.several_open) == ("North", 7, 2)
        assert get_company(session, house.company_id) == after
        assert list_events(session, house.ada.viewer, 1)[0].args == {"fields": ["hold_days", "name", "several_open"]}
        change_company(session, house.ada.viewer, changes | {"hold_days": 8}, NOW)
        change_company(session, house.ada.viewer, {"name": "North"}, NOW)
        assert list_events(session, house.ada.viewer, 1)[0].args == {"fields": ["hold_days"]}
    for viewer in (house.anna.viewer, house.rosa.viewer):
        with pytest.raises(Forbidden), database.write() as session:
            change_company(session, viewer, {"name": "Mine"}, NOW)
        with pytest.raises(Forbidden), database.read() as session:
            list_events(session, viewer, 1)


def test_a_refused_change_changes_nothing(database: Database) -> None:
    house, other = house_in(database), house_in(database, "Tailspin", "tailspin.example")
    for change, error in (
        ({"name": "Tailspin"}, Conflict),
        ({"name": "New", "tracking": "allowed"}, Invalid),
        ({"domains": [], "bcc_address": "x"}, Invalid),
        ({"domains": "acme.example"}, Invalid),
        ({"domains": [7]}, Invalid),
    ):
        with pytest.raises(error), database.write() as session:
            change_company(session, house.ada.viewer, change, NOW)
    with database.read() as session:
        assert get_company(session, house.company_id).domains == ("northwind.example",)
        assert get_company(session, house.company_id).name == "Northwind"
        assert get_company(session, other.company_id).name == "Tailspin"


def test_free_mail_domains_are_plain_and_known() -> None:
    assert len(FREE_MAIL_DOMAINS) > 200
    assert all(domain == domain.lower() and "." in domain for domain in FREE_MAIL_DOMAINS)
    assert is_free_mail("gmail.com")
    assert not is_free_mail("northwind.example")
