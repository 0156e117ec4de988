"""Policies and preferences: names and defaults of the interface, and a clear no to what is not there yet."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.policies import (
    CompanyPolicies,
    Sharing,
    SharingDefault,
    UserPreferences,
    changed,
    checked,
    sharing_of_new_copy,
)
from accounts.refusals import Invalid


def test_the_defaults_are_those_of_the_interface() -> None:
    assert CompanyPolicies().model_dump() == {
        "unprovable_senders": "hold",
        "unapproved_senders": "hold",
        "sender_approval": "none",
        "unknown_address": "queue",
        "several_open": "ask",
        "internal_mail": "drop",
        "sharing_ceiling": "shared",
        "never_store": (),
        "hold_days": 30,
        "retention_days": None,
        "tracking": "forbidden",
    }
    assert UserPreferences().model_dump() == {
        "language": "en",
        "time_zone": "UTC",
        "sharing_default": {"smtp": "shared", "imap": "private"},
        "deal_linking": "automatic",
        "notices": "problems",
        "mailto": "here",
        "forwards_here": False,
        "keyboard": "on",
        "theme": "system",
    }


TAKEN = [
    {"unprovable_senders": "refuse"},
    {"unapproved_senders": "refuse"},
    {"sender_approval": "admin"},
    {"several_open": "newest"},
    {"several_open": "all"},
    {"several_open": 3},
    {"internal_mail": "keep"},
    {"unprovable_senders": "weak"},
    {"sharing_ceiling": "private"},
    {"hold_days": 1},
    {"hold_days": 90},
    {"never_store": []},
    {"never_store": ["unknown-contact", "from:x@y.example", "to:y.example", "subject:Project X", "payroll", "legal"]},
    {"unknown_address": "contact"},
    {"unknown_address": "lead"},
    {"unknown_address": "ignore"},
    {"retention_days": None},
    {"retention_days": 1},
    {"retention_days": 36_500},
]


@pytest.mark.parametrize("change", TAKEN)
def test_what_is_there_is_taken_and_survives_storing(change: dict[str, Any]) -> None:
    policies = changed(CompanyPolicies(), change)
    assert CompanyPolicies.model_validate(policies.model_dump(mode="json")) == policies


REFUSED = [
    ({"unknown_address": "guess"}, ""),
    ({"never_store": ["pay-roll"]}, "“pay-roll” is no rule"),
    ({"never_store": ["from:nowhere"]}, "an address or a domain"),
    ({"never_store": ["subject:  "]}, "needs words"),
    ({"never_store": ["payroll:now"]}, "stands alone"),
    ({"retention_days": 0}, "1 or more"),
    ({"tracking": "allowed"}, "not available yet"),
    ({"hold_days": 0}, "1 or more"),
    ({"hold_days": 91}, "90 or less"),
    ({"hold_days": "30"}, "whole number"),
    ({"several_open": 0}, "one of ask, newest or all"),
    ({"several_open": "some"}, ""),
    ({"several_open": True}, ""),
    ({"unapproved_senders": "file"}, ""),
    ({"colour": "red"}, "no such field"),
]


@pytest.mark.parametrize(("change", "why"), REFUSED)
def test_what_is_wrong_or_not_there_yet_is_named(change: dict[str, Any], why: str) -> None:
    with pytest.raises(Invalid) as refused:
        changed(CompanyPolicies(), change)
    assert list(refused.value.errors) == list(change)
    assert why in next(iter(refused.value.errors.values()))


PREFERENCES = [
    ({"sharing_default": {"smtp": "private"}}, None),
    ({"sharing_default": {"imap": "shared"}}, None),
    ({"time_zone": "Europe/Berlin"}, None),
    ({"deal_linking": "manual"}, None),
    ({"notices": "none"}, None),
    ({"sharing_default": {"smtp": "team"}}, None),
    ({"sharing_default": {"pigeon": "shared"}}, "sharing_default.pigeon"),
    ({"sharing_default": "shared"}, "sharing_default"),
    ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ({"time_zone": "../../etc/passwd"}, "time_zone"),
    ({"time_zone": ""}, "time_zone"),
    ({"language": "fr"}, "language"),
    ({"notices": "all"}, None),
    ({"notices": "hourly"}, "notices"),
    ({"mailto": "system"}, "mailto"),
    ({"forwards_here": True}, None),
    ({"forwards_here": "yes"}, "forwards_here"),
]


@pytest.mark.parametrize(("change", "wrong"), PREFERENCES)
def test_preferences(change: dict[str, Any], wrong: str | None) -> None:
    if wrong is None:
        after = changed(UserPreferences(), change)
        assert UserPreferences.model_validate(after.model_dump(mode="json")) == after
    else:
        with pytest.raises(Invalid) as refused:
            changed(UserPreferences(), change)
        assert list(refused.value.errors) == [wrong]


def test_one_half_of_a_nested_choice_leaves_the_other() -> None:
    after = changed(UserPreferences(), {"sharing_default": {"imap": "shared"}})
    assert after.sharing_default == SharingDefault(smtp="shared", imap="shared")


@pytest.mark.parametrize(
    ("origin", "ceiling", "expected"),
    [
        ("smtp", "shared", "shared"),
        ("lmtp", "shared", "shared"),
        ("composed", "shared", "shared"),
        ("imap", "shared", "private"),
        ("upload", "shared", "private"),
        ("smtp", "private", "private"),
        ("imap", "private", "private"),
    ],
)
def test_a_company_may_force_private_never_shared(origin: str, ceiling: str, expected: str) -> None:
    policies = checked(CompanyPolicies, {"sharing_ceiling": ceiling})
    assert sharing_of_new_copy(origin, policies, UserPreferences()) == Sharing(expected)
