"""When a mail is tried again, without any clock."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from outbox.kind import Kind
from outbox.schedule import LIFETIMES, give_up_at, next_try
from tests.kit.factories import A_MOMENT


def test_the_first_tries_are_soon_and_the_last_goes_on_each_four_hours() -> None:
    waits = [next_try(attempts, A_MOMENT, lambda: 0.0) - A_MOMENT for attempts in range(1, 9)]
    assert [wait // timedelta(minutes=1) for wait in waits] == [1, 5, 15, 30, 60, 120, 240, 240]
    assert next_try(1, A_MOMENT, lambda: 1.0) - A_MOMENT == timedelta(seconds=66)
    assert all(early <= late for early, late in pairwise(waits))
    assert next_try(0, A_MOMENT, lambda: 0.0) == A_MOMENT + timedelta(minutes=1)


def test_composed_mail_is_tried_for_as_long_as_the_rfc_asks_and_notices_while_they_make_sense() -> None:
    assert LIFETIMES.keys() == set(Kind)
    assert timedelta(days=4) <= LIFETIMES[Kind.COMPOSED] <= timedelta(days=5)
    assert give_up_at(Kind.NOTICE, A_MOMENT) == A_MOMENT + timedelta(days=2)
