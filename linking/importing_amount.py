"""Amounts and currencies as spreadsheets of different countries write them (ISO 4217)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

_CODES: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD "
    "HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN "
    "PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY "
    "TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
CURRENCIES: Final = frozenset(_CODES.split())
SIGNS: Final = {
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "$": "USD",
    "us$": "USD",
    "a$": "AUD",
    "ca$": "CAD",
    "c$": "CAD",
    "nz$": "NZD",
    "hk$": "HKD",
    "s$": "SGD",
    "r$": "BRL",
    "£": "GBP",
    "¥": "JPY",
    "円": "JPY",
    "元": "CNY",
    "₹": "INR",
    "₺": "TRY",
    "₽": "RUB",
    "₴": "UAH",
    "₩": "KRW",
    "₪": "ILS",
    "₫": "VND",
    "฿": "THB",
    "zł": "PLN",
    "kč": "CZK",
    "ft": "HUF",
    "sfr": "CHF",
    "fr.": "CHF",
    "lei": "RON",
}
LARGEST: Final = Decimal(10) ** 16
"""The database keeps 16 places before the point."""
_NUMBER: Final = re.compile(r"[-+−]?\d[\d.,'’٬٫\s]*(?:\.-|,-|,--)?")
_GROUPING: Final = re.compile(r"[\s'’٬]")


def decimal_sign(texts: Iterable[str]) -> str | None:
    """Answer the decimal sign that a column's amounts agree on, None where none of them tells."""
    told: dict[str, int] = {".": 0, ",": 0}
    for text in texts:
        found = _NUMBER.search(text)
        if found and (sign := _sign_of(_bare(found[0]))):
            told[sign] += 1
    return max(told, key=lambda sign: told[sign]) if told["."] != told[","] else None


def read_amount(text: str, sign: str | None) -> tuple[Decimal, str] | None:
    """Answer the number and what stands beside it; None where that is no amount.

    A single separator before three digits groups thousands, unless `sign`, the column's decimal sign, says otherwise.
    """
    found = _NUMBER.findall(text)
    if len(found) != 1 or any(letter in text for letter in "=%@"):
        return None
    beside = text.replace(found[0], " ", 1).strip()
    plain = _plain(_bare(found[0]), sign)
    if plain is None:
        return None
    is_negative = text.lstrip().startswith(("-", "−", "(")) or found[0].startswith(("-", "−"))
    return (-plain if is_negative else plain), beside.strip("()-−+ ")


def read_currency(text: str) -> str | None:
    """Answer the code of ISO 4217 for a code or a sign in any case; None where it is none or could be several."""
    word = text.strip()
    if word.upper() in CURRENCIES:
        return word.upper()
    return SIGNS.get(word.lower())


def _bare(number: str) -> str:
    plain = _GROUPING.sub("", number).replace("٫", ",").lstrip("-+−")
    return plain.rstrip("-.,")


def _sign_of(number: str) -> str | None:
    """Answer the decimal sign where the number itself leaves no doubt."""
    last = max(number.rfind("."), number.rfind(","))
    if last < 0:
        return None
    sign, rest = number[last], number[last + 1 :]
    other = "," if sign == "." else "."
    if number.count(sign) > 1:
        return other if other not in number else None
    return sign if other in number or len(rest) != 3 else None


def _plain(number: str, sign: str | None) -> Decimal | None:
    decimal = _sign_of(number) or sign
    if not decimal:
        decimal = "." if "," in number else ","
    grouping = "," if decimal == "." else "."
    whole, _, rest = number.partition(decimal)
    groups = whole.split(grouping)
    if grouping in rest or decimal in rest or not all(len(group) in (2, 3) for group in groups[1:]):
        return None
    digits = "".join(groups)
    if not digits.isascii() or not digits.isdigit() or not (rest == "" or (rest.isascii() and rest.isdigit())):
        return None
    return Decimal(f"{digits}.{rest or 0}")
