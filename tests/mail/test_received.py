"""The way of a mail as its Received fields tell it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mail.received import read_hops

WAY = (
    "from mx.fabrikam.example (mx.fabrikam.example [192.0.2.7])\n\tby bcc.example (smtpd) with ESMTPS id 1;"
    " Wed, 04 Mar 2026 10:20:36 +0000",
    "by mx.fabrikam.example (Postfix, from userid 1000) id 7; Wed, 4 Mar 2026 11:20:30 +0100 (CET)",
)


def test_hops_stand_in_the_order_in_which_the_mail_came() -> None:
    first, second = read_hops(WAY)
    assert (first.by, first.from_, first.protocol, first.delay) == ("mx.fabrikam.example", "", "", None)
    assert (second.from_, second.by, second.protocol) == ("mx.fabrikam.example", "bcc.example", "ESMTPS")
    assert second.delay == timedelta(seconds=6)
    assert [one.is_encrypted for one in (first, second)] == [False, True]


@pytest.mark.parametrize("value", ["", ";", "from", "by ;;;", "x" * 100_000, "from " * 20_000, "; no date"])
def test_what_cannot_be_read_is_left_empty(value: str) -> None:
    (hop,) = read_hops([value])
    assert (hop.moment, hop.delay) == (None, None)


def test_a_clock_that_runs_behind_is_seen() -> None:
    late, early = "by a.example; Wed, 04 Mar 2026 10:20:36 +0000", "by b.example; Wed, 04 Mar 2026 10:20:30 +0000"
    assert read_hops([early, late])[1].delay == timedelta(seconds=-6)
