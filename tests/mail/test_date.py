"""The Date field: the moment in UTC where a mail can have been written then, none for any other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mail.date import parse_date, parse_machine_date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Wed, 25 Nov 2026 10:00:00 +0100", datetime(2026, 11, 25, 9, tzinfo=UTC)),
        ("2026-11-25T10:00:00", datetime(2026, 11, 25, 10, tzinfo=UTC)),
        ("Mon, 1 Jan 1900 00:00:00 +0000", datetime(1900, 1, 1, tzinfo=UTC)),
        ("2999-12-31T23:59:59Z", datetime(2999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2999-12-31T23:59:59-00:01", None),
        ("Fri, 31 Dec 9999 23:59:59 +0000", None),
        ("Fri, 31 Dec 9999 23:59:59 -0100", None),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("0001-01-01T00:00:00", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_date_that_no_mail_was_written_on_is_none(text: str, moment: datetime | None) -> None:
    assert parse_date(text) == moment


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-25", "x"])
def test_a_machine_names_a_moment_that_every_zone_can_say(text: str) -> None:
    assert parse_machine_date(text) is None
    assert parse_machine_date("2026-11-25T10:00:00+01:00") == datetime(2026, 11, 25, 9, tzinfo=UTC)
