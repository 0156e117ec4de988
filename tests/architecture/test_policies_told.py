"""docs/admins.md tells every policy with every value, and marks those that the product still refuses."""

from __future__ import annotations

import json
import re
from typing import Literal, get_args, get_origin

import pytest
from pydantic import ValidationError

from accounts.never_store import Never, parse_rule
from accounts.policies import CompanyPolicies
from tests.architecture.sources import ROOT

_ROW = re.compile(r"(?m)^\| `([a-z_]+)` \| `([^`]+)` \| (.+) \|$")
ROWS = _ROW.findall((ROOT / "docs/admins.md").read_text(encoding="utf-8"))
FIELDS = CompanyPolicies.model_fields


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _is_taken(name: str, text: str) -> bool:
    try:
        CompanyPolicies.model_validate({name: _value(text)})
    except ValidationError:
        return False
    return True


def _words(annotation: object) -> set[str]:
    """Answer the words that a field takes, wherever in its type they stand."""
    if get_origin(annotation) is Literal:
        return {str(word) for word in get_args(annotation)}
    return {word for part in get_args(annotation) for word in _words(part)}


@pytest.mark.parametrize(("name", "value", "told"), ROWS, ids=lambda text: text if " " not in text else "")
def test_a_value_is_taken_or_marked(name: str, value: str, told: str) -> None:
    assert name in FIELDS
    assert _is_taken(name, value) == ("(not yet)" not in told)
    if "(default)" in told:
        assert FIELDS[name].default == getattr(CompanyPolicies.model_validate({name: _value(value)}), name)


def test_every_policy_is_told_with_all_its_words_and_its_default() -> None:
    for name, field in FIELDS.items():
        values = {value for told, value, _ in ROWS if told == name}
        assert values >= _words(field.annotation), name
        assert sum(told == name and "(default)" in text for told, _, text in ROWS) == 1, name


def test_every_rule_of_what_is_never_stored_is_told() -> None:
    text = (ROOT / "docs/admins.md").read_text(encoding="utf-8")
    told = {parse_rule(rule).kind for rule in re.findall(r"(?m)^\| `([a-z-]+(?::[^`]+)?)` \| [^|`]+ \|$", text)}
    assert told == set(Never)
