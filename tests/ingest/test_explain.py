"""What would happen to a mail, told without storing anything (INTERFACE 2)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.assumed import ASSUMED
from ingest.authenticate import Tools
from ingest.explain import Json, explain, without_envelope
from mailauth.results import Verdict
from tests.kit.mails import a_message
from tests.kit.proofs import Signatures, a_proof
from tests.kit.thinking import NOW

CORPUS = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus"
TOOLS = Tools(authenticate=Signatures())
FIELDS = ("authentication", "kind", "message", "messages", "thread", "links", "decisions", "assumed")


def told(raw: bytes, from_address: str = "rita@seller.example", verdict: Verdict = Verdict.PROVED) -> Json:
    return explain(raw, without_envelope(NOW), a_proof(from_address, verdict), TOOLS)


def test_everything_of_the_contract_is_there() -> None:
    answer = told(a_message(in_reply_to="<root@x>"))
    assert tuple(answer) == FIELDS
    assert answer["kind"] == "copy"
    assert answer["message"] == answer["messages"][0]
    assert answer["thread"] == {"evidence": [{"field": "in_reply_to", "msg_id": "<root@x>"}]}
    assert answer["assumed"] == list(ASSUMED)
    assert [one["step"] for one in answer["decisions"]] == [
        "authenticate",
        "classify",
        "admit",
        "screen",
        "screen",
        "thread",
        "link",
        "file",
    ]


def test_refused_mail_is_explained_all_the_same() -> None:
    answer = told(a_message(), verdict=Verdict.UNPROVED)
    assert answer["message"]["subject"] == "Offer"
    assert answer["message"]["direction"] == "outgoing"
    assert {"step": "admit", "outcome": "refuse"}.items() <= answer["decisions"][-1].items()


@given(st.binary(max_size=2000))
def test_never_raises(raw: bytes) -> None:
    json.dumps(told(raw, ""))


def test_never_raises_on_the_corpus() -> None:
    files = [path for path in sorted(CORPUS.glob("mime-*/**/*")) if path.is_file()]
    if not files:
        pytest.skip("the corpus is not there")
    for path in files[::7]:
        raw = path.read_bytes()[:200_000]
        json.dumps(told(raw, ""))
        json.dumps(told(raw, "rita@seller.example"))
