"""Our verification against dkimpy's on mails that anything happened to; where they differ, we say why.

EXAMPLES=200000 ./dev test tests/mailauth/test_agrees_with_dkimpy_mutated.py --timeout 7200 -s
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import dkim

from mail.shape import check_shape
from mailauth.dkim import check_signatures
from mailauth.results import DkimResult
from tests.kit.mutating import Case, mutated

EXAMPLES: Final = int(os.environ.get("EXAMPLES", "2000"))
LOOKED_AT: Final = 3
"""Signatures of a mail that are compared."""
NOW: Final = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)


class Stricter(StrEnum):
    """Why we do not pass what dkimpy passes, each with the beginning of our reason."""

    PART_OF_BODY = "the signature covers only a part of the body"
    SHA1 = "rsa-sha1"
    TEST_KEY = "the key is marked as a test"
    EXACT_IDENTITY = "i= is a sub-domain, which the key forbids"
    PUBLIC_SUFFIX = "d= is a public suffix"
    NO_NAME = "d= or s= is not a name"
    FROM_OPEN = "the signature does not cover From"
    OTHER_HASH = "the key is not for sha256"
    OTHER_SERVICE = "the key is not for mail"
    OTHER_KIND = "the key is of another kind"
    VERSION_NOT_FIRST = "the key record has another version"


ONE_SERVICE: Final = re.compile(r"\bs\s*=\s*email:other")
"""What we pass and dkimpy does not: a list of services in a key record (RFC 6376 §3.6.1); it reads one word."""


def dkimpy_passes(case: Case, index: int) -> bool:
    zone = case.zone()

    def find(name: bytes, timeout: int = 5) -> bytes:
        return next(iter(zone.txt(name.decode())), b"")

    try:
        return bool(dkim.DKIM(case.raw).verify(index, dnsfunc=find))
    except (dkim.DKIMException, ValueError, LookupError, TypeError, AssertionError):
        return False


def difference(case: Case, ours: DkimResult, which: str) -> str:
    """Answer the name of why we differ; fails where there is none."""
    if ours.result == "pass":
        assert any(ONE_SERVICE.search(text) for _, text in case.records), f"{which}: we pass it, dkimpy does not"
        return "a list of services"
    why = next((one for one in Stricter if ours.reason.startswith(one)), None)
    assert why is not None, f"{which}: dkimpy passes it, we say {ours.result}, {ours.reason}"
    return why.name


def test_on_mail_that_anything_happened_to() -> None:
    seen: Counter[str] = Counter()
    for number in range(EXAMPLES):
        case = mutated(number)
        if check_shape(case.raw) is not None:
            seen["refused by the shape gate"] += 1
            continue
        for index, ours in enumerate(check_signatures(case.raw, case.zone(), NOW)[:LOOKED_AT]):
            theirs = dkimpy_passes(case, index)
            if (ours.result == "pass") == theirs:
                seen["both pass" if theirs else "neither passes"] += 1
                continue
            seen[difference(case, ours, f"case {number}, signature {index}")] += 1
    sys.stdout.write(f"\n{EXAMPLES} mails: {dict(seen.most_common())}\n")
    assert seen["both pass"] > EXAMPLES // 10
    assert {"PART_OF_BODY", "TEST_KEY", "EXACT_IDENTITY", "PUBLIC_SUFFIX"} <= set(seen)
