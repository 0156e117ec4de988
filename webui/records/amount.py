"""Amounts of money as people write them: 1 234,50 · 1.234,50 € · $1,234.5 · EUR 1200."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

SIGNS: Final = {
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₺": "TRY",
    "₽": "RUB",
    "₴": "UAH",
    "zł": "PLN",
}
NUMBER: Final = re.compile(r"\d[\d\s.,'’٬٫]*")
GROUPING: Final = re.compile(r"[\s'’٬]")


def read_amount(text: str) -> tuple[str | None, str | None]:
    """Answer the number as `1234.50` and the currency that stands beside it; None for what is not there or unclear."""
    found = NUMBER.findall(text)
    number = _plain(found[0]) if len(found) == 1 else None
    if number is None:
        return None, None
    sign = "-" if text.lstrip().startswith(("-", "−")) else ""
    return sign + number, read_currency(NUMBER.sub("", text))


def read_currency(text: str) -> str | None:
    """Answer three letters for a sign or a code in any case; None for anything else."""
    word = text.strip().strip("-−–+.").strip()
    if word.lower() in SIGNS or word in SIGNS:
        return SIGNS.get(word) or SIGNS[word.lower()]
    return word.upper() if len(word) == 3 and word.isascii() and word.isalpha() else None


def _plain(text: str) -> str | None:
    """Read one separator as the decimal point where it can be one, all others as grouping."""
    digits = GROUPING.sub("", text).replace("٫", ",").rstrip(".,")
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return digits
    whole, sign, rest = digits[:last], digits[last], digits[last + 1 :]
    is_grouping = len(rest) == 3 and (sign in whole or not any(one in whole for one in ".,"))
    if is_grouping and len(whole.lstrip("0")) > 0:
        return f"{whole}{rest}".replace(".", "").replace(",", "")
    if sign in whole:
        return None
    return f"{whole.replace('.', '').replace(',', '')}.{rest}"


def money(value: Decimal) -> str:
    """Answer an amount for the eye: narrow spaces between thousands, cents where there are any."""
    shown = f"{value:,.2f}".replace(",", "\u202f")
    return shown.removesuffix(".00")
