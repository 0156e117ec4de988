"""Every rule renders as one sentence, and none betrays a record that its reader may not see (RULES R37)."""

from __future__ import annotations

import pytest

from linking.rule import Rule
from linking.sentences import COUNTED, TEMPLATES, sentence

ARGS = {
    "record": 1,
    "records": [1, 2],
    "through": [3],
    "from": "rita@seller.example",
    "address": "carl@customer.example",
    "addresses": ["carl@customer.example", "dora@customer.example"],
    "parties": ["carl@customer.example"],
    "domain": "customer.example",
    "verdict": "proved",
    "automatic": "list",
    "days": 12,
}
NAMES = {1: "Garden chairs", 2: "Tables", 3: "Carl"}


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize("args", [ARGS, {}, None], ids=["all", "empty", "none"])
@pytest.mark.parametrize("names", [NAMES, {}], ids=["seen", "hidden"])
def test_every_rule_is_a_sentence(rule: Rule, args: dict[str, object] | None, names: dict[int, str]) -> None:
    text = sentence(rule, args, names.get)
    assert text[0].isupper() or text.startswith("rita@")
    assert text.endswith((".", "?"))
    assert "{" not in text
    assert "\n" not in text
    assert all(name not in text for name in NAMES.values()) or names


def test_a_hidden_record_has_no_name() -> None:
    assert sentence(Rule.ONE_OPEN, {"record": 1, "through": [3]}, {3: "Carl"}.get) == "Another record is open for Carl."


def test_why_a_deal_was_linked_says_that_it_was() -> None:
    names = {1: "Garden chairs", 3: "Maria Lopez"}
    assert sentence(Rule.ONLY_OPEN, {"record": 1, "through": [3]}, names.get) == (
        "Linked to Garden chairs, because it is the only open deal, lead or project of Maria Lopez."
    )


def test_a_long_list_is_cut() -> None:
    text = sentence(Rule.PARTIES, {"parties": [f"p{n}@x.example" for n in range(50)]}, NAMES.get)
    assert text.endswith("p9@x.example and 40 more.")


def test_an_unknown_rule_is_named() -> None:
    assert sentence("R99.future", {}, NAMES.get) == "Decided by rule R99.future."


def test_no_template_is_left_over() -> None:
    assert set(TEMPLATES) | COUNTED == set(Rule)


def test_names_that_run_from_the_right_are_set_apart() -> None:
    names = {1: "שרה כהן", 3: "Acme\u202e"}
    text = sentence(Rule.ONLY_OPEN, {"record": 1, "through": [3]}, names.get)
    assert text.startswith("Linked to \u2068שרה כהן\u2069, because")
    assert text.endswith("of Acme.")
