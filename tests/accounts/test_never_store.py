"""The grammar of what a company never stores (RULES R34)."""

from __future__ import annotations

import pytest

from accounts.never_store import UnreadableRule, parse_rule


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (" Payroll ", "payroll"),
        ("unknown-contact", "unknown-contact"),
        ("one-time-code", "one-time-code"),
        ("FROM: Carl@Customer.Example", "from:carl@customer.example"),
        ("from:@customer.example", "from:customer.example"),
        ("to:Bücher.example.", "to:xn--bcher-kva.example"),
        ("subject:  Project   Falcon: phase 2 ", "subject:Project Falcon: phase 2"),
    ],
)
def test_a_rule_has_one_form(text: str, form: str) -> None:
    assert str(parse_rule(text)) == form
    assert parse_rule(form) == parse_rule(text)


@pytest.mark.parametrize(
    "text",
    ["", "everything", "from", "from:", "from:@", "from:a b@x.example", "to:x", "subject:", "subject:…", "legal:x"],
)
def test_what_is_no_rule_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(UnreadableRule) as wrong:
        parse_rule(text)
    assert str(wrong.value)
