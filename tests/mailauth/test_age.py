"""An old mail that comes only now is marked, and nothing else happens to it (SECURITY 4.10)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from mailauth.results import Verdict
from tests.kit.judging import EVIL, NOW, SELLER, judge
from tests.kit.mails import a_message


def stamped(**ago: float) -> str:
    return str(int((NOW - timedelta(**ago)).timestamp()))


def dated(**ago: float) -> bytes:
    return a_message(date=NOW - timedelta(**ago))


@pytest.mark.parametrize(
    ("raw", "days"),
    [
        (dated(hours=1), 0),
        (dated(days=7), 0),
        (dated(days=7, minutes=1), 7),
        (dated(days=400), 400),
        (dated(days=-400), 0),
        (a_message(date=None), 0),
        (SELLER.sign(dated(hours=1), t=stamped(days=9)), 9),
        (SELLER.sign(dated(days=12), t=stamped(days=9)), 12),
        (SELLER.sign(dated(hours=1), t=stamped(days=1)), 0),
        (SELLER.sign(dated(hours=1), t="nonsense"), 0),
        (SELLER.sign(dated(hours=1), t="999999999999"), 0),
        (EVIL.sign(dated(hours=1), t=stamped(days=90)), 0),
        (
            b"Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n" + dated(hours=1),
            (NOW - datetime.fromtimestamp(0, NOW.tzinfo)).days,
        ),
        (dated(hours=1).replace(b"Date: ", b"Date: no date "), 0),
    ],
)
def test_how_old_a_mail_is(raw: bytes, days: int) -> None:
    assert judge(raw).days_old == days


def test_age_is_no_reason_to_refuse() -> None:
    proof = judge(SELLER.sign(dated(days=1000), t=stamped(days=1000)))
    assert (proof.verdict, proof.days_old) == (Verdict.PROVED, 1000)
