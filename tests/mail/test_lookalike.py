"""Domains that a reader could take for another one."""

from __future__ import annotations

import pytest

from mail.domain import a_label_form
from mail.lookalike import similar_domains


@pytest.mark.parametrize(
    "domain",
    [
        "nortwind.example",
        "northwindd.example",
        "northwimd.example",
        "nrothwind.example",
        "n0rthwind.example",
        "north-wind.example",
        "nоrthwind.example",
        "nörthwind.example",
    ],
)
def test_one_that_passes_for_it_leads_to_it(domain: str) -> None:
    assert "northwind.example" in similar_domains(a_label_form(domain) or "")


@pytest.mark.parametrize(("domain", "known"), [("rnail.example", "mail.example"), ("pay1.example", "payl.example")])
def test_letters_that_look_like_one_are_one(domain: str, known: str) -> None:
    assert known in similar_domains(domain)


@pytest.mark.parametrize("domain", ["southwind.example", "northwind.test", "mail.northwind.example", "n.example"])
def test_another_name_does_not(domain: str) -> None:
    assert "northwind.example" not in similar_domains(domain)


def test_it_is_not_similar_to_itself_and_short_names_are_similar_to_little() -> None:
    assert "northwind.example" not in similar_domains("northwind.example")
    assert "ibn.example" not in similar_domains("ibm.example")
    assert len(similar_domains("a" * 63 + ".example")) < 6000


@pytest.mark.parametrize(
    "domain", ["", "no_host.example", "a" * 64 + ".example", "\ufdfa" * 390 + ".example"], ids=ascii
)
def test_what_is_no_host_name_passes_for_none(domain: str) -> None:
    assert similar_domains(domain) == frozenset()
