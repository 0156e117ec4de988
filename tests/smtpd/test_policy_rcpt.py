"""RCPT: relaying, unknown addresses, companies."""

from __future__ import annotations

import pytest

from smtpd import replies
from smtpd.policy.rcpt import RcptFacts, decide_rcpt, read_rcpt
from smtpd.reply import Reply

DOMAINS = frozenset({"bcc.example", "xn--bcher-kva.example"})


def read(argument: str, *, smtputf8: bool = False) -> str | Reply:
    return read_rcpt(argument, smtputf8=smtputf8, domains=DOMAINS)


def decide(company_id: int | None, /, **changes: object) -> Reply:
    facts: dict[str, object] = {
        "reverse_path": "rita@seller.example",
        "company_id": None,
        "recipients": 0,
        "unknown_before": 0,
        "unknown_limit": 3,
        **changes,
    }
    return decide_rcpt(company_id, RcptFacts(**facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("argument", "smtputf8"),
    [
        ("TO:<all@bcc.example>", False),
        ("to: <all@BCC.Example>", False),
        ("TO:<all+tag@bcc.example>", False),
        ("TO:<all@bücher.example>", True),
        ("TO:<all@xn--bcher-kva.example>", False),
    ],
)
def test_ours(argument: str, smtputf8: bool) -> None:
    found = read(argument, smtputf8=smtputf8)
    assert isinstance(found, str)
    assert found.startswith("all")


def test_the_postmaster_needs_no_domain() -> None:
    assert read("TO:<PostMaster>") == "PostMaster"


@pytest.mark.parametrize(
    "argument", ["TO:<a@elsewhere.example>", "TO:<a%b@bcc.example>", "TO:<@h:a@bcc.example>", "TO:a@b", "TO:<a!b>"]
)
def test_elsewhere(argument: str) -> None:
    assert read(argument) is replies.NO_RELAY


@pytest.mark.parametrize("argument", ["", "TO", "TO:<>", "TO:<postmaster> X=1", "TO:<all>", "FROM:<all>"])
def test_nowhere(argument: str) -> None:
    assert read(argument) is replies.BAD_FORWARD_PATH


def test_utf8_only_where_it_is_asked_for() -> None:
    assert read("TO:<äll@bcc.example>") is replies.BAD_CHARACTERS
    assert read("TO:<äll@bcc.example>", smtputf8=True) == "äll@bcc.example"


def test_parameters_are_not_offered() -> None:
    assert read("TO:<all@bcc.example> ORCPT=rfc822;all@bcc.example") is replies.UNKNOWN_PARAMETER


@pytest.mark.parametrize(("before", "reply"), [(0, replies.UNKNOWN_RECIPIENT), (2, replies.TOO_MANY_UNKNOWN)])
def test_the_third_unknown_one_ends_the_session(before: int, reply: Reply) -> None:
    assert decide(None, unknown_before=before) is reply


def test_the_first_recipient_fixes_the_company() -> None:
    assert decide(1) is replies.RECIPIENT_OK
    assert decide(1, company_id=1, recipients=1) is replies.RECIPIENT_OK
    assert decide(2, company_id=1, recipients=1) is replies.ONE_COMPANY


def test_the_hundred_and_first_waits() -> None:
    assert decide(1, company_id=1, recipients=99) is replies.RECIPIENT_OK
    assert decide(1, company_id=1, recipients=100) is replies.TOO_MANY_RECIPIENTS


def test_reports_have_no_address_yet_and_learn_no_more_than_others() -> None:
    assert decide(1, reverse_path="") is replies.NO_REPORTS
    assert decide(None, reverse_path="") is replies.UNKNOWN_RECIPIENT
