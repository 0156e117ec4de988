"""Amounts of money as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from webui.records.amount import money, read_amount, read_currency


@pytest.mark.parametrize(
    ("text", "number", "currency"),
    [
        ("1200", "1200", None),
        ("1 234,50", "1234.50", None),
        ("1\u202f234,50\u00a0€", "1234.50", "EUR"),
        ("1.234,50 EUR", "1234.50", "EUR"),
        ("$1,234.5", "1234.5", "USD"),
        ("1,234", "1234", None),
        ("1.234", "1234", None),
        ("0,500", "0.500", None),
        ("1.234.567", "1234567", None),
        ("1'234.50 chf", "1234.50", "CHF"),
        ("12,5", "12.5", None),
        ("1.2.3", None, None),
        ("many", None, None),
        ("", None, None),
        ("12 and 13", None, None),
        ("-5", "-5", None),
        ("EUR 1200", "1200", "EUR"),
        ("1200,-", "1200", None),
    ],
)
def test_amounts_are_read_forgivingly(text: str, number: str | None, currency: str | None) -> None:
    assert read_amount(text) == (number, currency)


@pytest.mark.parametrize(("text", "code"), [("€", "EUR"), ("eur", "EUR"), ("zł", "PLN"), ("euro", None), ("", None)])
def test_currencies_are_signs_or_codes(text: str, code: str | None) -> None:
    assert read_currency(text) == code


@pytest.mark.parametrize(
    ("value", "shown"), [("1234567.50", "1\u202f234\u202f567.50"), ("1200.00", "1\u202f200"), ("0.5", "0.50")]
)
def test_amounts_are_shown_in_groups(value: str, shown: str) -> None:
    assert money(Decimal(value)) == shown
