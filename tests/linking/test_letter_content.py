"""An original that was found in the text of a forward, as a letter of its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from linking.letter_content import content_of
from tests.kit.mails import a_message


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("some time ago", None),
        ("2026-03-04 10:30:00 +0000", datetime(2026, 3, 4, 10, 30, tzinfo=UTC)),
    ],
)
def test_a_date_that_no_zone_can_say_is_none(date: str, moment: datetime | None) -> None:
    header = f"From: Maria <maria@fabrikam.example>\nDate: {date}\nSubject: Offer\nTo: anna@northwind.example"
    raw = a_message(subject="Fwd: Offer", text=f"---------- Forwarded message ---------\n{header}\n\nForty chairs\n")
    assert content_of(raw, 1).from_[0].address == "maria@fabrikam.example"
    assert content_of(raw, 1).date == moment
