"""The original as its owner sees it, but for a check that pretends to be ours (SECURITY P8, bad input 22)."""

from __future__ import annotations

import pytest

from tests.kit.mails import a_message
from tests.webui.conftest import REP, Office
from webui.original import as_lines

OURS = "bcc.example.com"


@pytest.mark.parametrize(
    "field",
    [
        "Authentication-Results: bcc.example.com; dkim=pass",
        "AUTHENTICATION-RESULTS:bcc.EXAMPLE.com 1; dkim=pass",
        "Authentication-Results: (comment)\r\n\t bcc.example.com;\r\n\tdkim=pass",
        'Authentication-Results: "bcc.example.com"; spf=pass',
        "Authentication-Results: bcc.ex\u200bample.com; dkim=pass",
        "Authentication-Results : bcc.example.com; dkim=pass",
    ],
)
def test_a_check_in_our_name_is_not_shown(field: str) -> None:
    shown = as_lines(field.encode() + b"\r\n" + a_message(), OURS)
    assert (shown.forged, "uthentication" in shown.header.lower()) == (1, False)
    assert shown.header.startswith("From: ")


@pytest.mark.parametrize(
    "field",
    [
        "Authentication-Results: mx.bcc.example.com; dkim=pass",
        "Authentication-Results: bcc.example.com.evil.example; dkim=pass",
        "X-Authentication-Results: bcc.example.com; dkim=pass",
        "Received: from x by bcc.example.com",
    ],
)
def test_every_other_field_stands(field: str) -> None:
    shown = as_lines(field.encode() + b"\r\n" + a_message(), OURS)
    assert (shown.forged, shown.header.startswith(field)) == (0, True)


def test_the_page_says_that_something_is_left_out(office: Office) -> None:
    name = office.site.settings.own_name
    filed = office.mail(from_=REP, extra={"Authentication-Results": f"{name}; dkim=pass header.d=forged.example"})
    path = f"/m/{office.seal('message', filed.message_id)}"
    browser = office.rep.browser()

    page = browser.get(f"{path}/original").text

    assert "pretends to be a check of this server" in page
    assert "forged.example" not in page
    assert "forged.example" in browser.get(f"{path}/raw").text
