"""What an SPF record causes: how many look-ups, beside what `mailauth.spf` makes of it (RFC 7208 §4.6.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

MOST_LOOKUPS: Final = 10
STOP_AT: Final = 20
"""Enough to say that it is too many; a hostile record would go on for ever."""
ASKING: Final = re.compile(r"[+?~-]?(?:(include|exists):|(?:a|mx|ptr)(?:[:/]|$))", re.IGNORECASE)
FOLLOWED: Final = re.compile(r"(?:[+?~-]?include:|redirect=)(\S+)", re.IGNORECASE)
SPF: Final = re.compile(r"v=spf1(?:\s|$)", re.IGNORECASE)

Fetch = Callable[[str], Sequence[str]]
"""Answers the TXT records of a name."""


def spf_records(texts: Sequence[str]) -> tuple[str, ...]:
    """Answer those of the texts that are SPF records (RFC 7208 §4.5)."""
    return tuple(text for text in texts if SPF.match(text))


def count_lookups(record: str, fetch: Fetch, already: int = 0) -> int:
    """Answer how many look-ups a record causes with all that it includes, counted no further than STOP_AT.

    Raises what `fetch` raises.
    """
    count = already
    terms = record.split()[1:]
    has_all = any(term.lower().lstrip("+?~-") == "all" for term in terms)
    for term in terms:
        is_redirect = term.lower().startswith("redirect=")
        # RFC 7208 §6.1: a redirect beside "all" is never followed.
        if count >= STOP_AT or (is_redirect and has_all) or not (is_redirect or ASKING.match(term)):
            continue
        count += 1
        if (found := FOLLOWED.match(term)) and "%" not in found[1]:
            for included in spf_records(fetch(found[1]))[:1]:
                count = count_lookups(included, fetch, count)
    return min(count, STOP_AT)
