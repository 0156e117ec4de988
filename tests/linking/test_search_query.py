"""What a user writes into the search field is understood, and nothing that he writes fails."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.search_document import HAS_FILE, Field
from db.search_match import Asked, Term, fts5
from linking.record_fields import RecordType
from linking.search_query import MOST_TERMS, Named, SearchQuery, State, parse

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


def day(year: int, month: int, number: int) -> datetime:
    """Answer the beginning of a day."""
    return datetime(year, month, number, tzinfo=UTC)


UNDERSTOOD = {
    "": SearchQuery(),
    "chairs Quot": SearchQuery(terms=(Term(("chairs",)), Term(("quot",), begins=True))),
    "chairs ": SearchQuery(terms=(Term(("chairs",)),)),
    '"net 30 days"': SearchQuery(terms=(Term(("net", "30", "days")),)),
    '"never closed': SearchQuery(terms=(Term(("never", "closed")),)),
    '-invoice -"net 30"': SearchQuery(without=(Term(("invoice",)), Term(("net", "30")))),
    "from:Anna@North": SearchQuery(terms=(Term(("anna", "north"), Field.FROM, begins=True),)),
    'SUBJECT:"an offer" x ': SearchQuery(terms=(Term(("an", "offer"), Field.SUBJECT), Term(("x",)))),
    "-to:bo cc:cy filename:pdf ": SearchQuery(
        terms=(Term(("cy",), Field.CC), Term(("pdf",), Field.FILE)), without=(Term(("bo",), Field.TO),)
    ),
    "has:attachment": SearchQuery(terms=(Term((HAS_FILE,)),)),
    "is:unread -is:unlinked": SearchQuery(states=((State.UNREAD, True), (State.UNLINKED, False))),
    'deal:"Chairs for Acme" -contact:bo': SearchQuery(
        records=(Named(RecordType.DEAL, "Chairs for Acme"), Named(RecordType.CONTACT, "bo", wanted=False))
    ),
    "after:2026-11-01 before:2026-12": SearchQuery(after=day(2026, 11, 1), before=day(2026, 12, 1)),
    "after:7d -after:yesterday": SearchQuery(after=day(2026, 11, 18), before=day(2026, 11, 24)),
    "before:9999y": SearchQuery(before=day(1926, 12, 20)),
    "Re: http://x/y ": SearchQuery(terms=(Term(("re",)), Term(("http", "x", "y")))),
    "*** -": SearchQuery(in_vain=True),
}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_what_is_understood(text: str) -> None:
    assert parse(text, NOW) == UNDERSTOOD[text]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("from:", "from:"),
        ("from:*** x", "from:"),
        ('deal:""', "deal:"),
        ("has:bones", "has:"),
        ("is:green", "unread, unlinked, archived"),
        ("before:2026-13-01", "before:"),
        ("after:soon", "7d"),
        ("after:99999d", "7d"),
        ("a " * (MOST_TERMS + 1), str(MOST_TERMS)),
    ],
)
def test_what_makes_no_sense_is_said_once_and_finds_nothing(text: str, says: str) -> None:
    understood = parse(text, NOW)
    assert len(understood.faults) == 1
    assert says in understood.faults[0]
    assert understood.in_vain


@given(st.text(alphabet=st.characters() | st.sampled_from("\":-* from:is:has:7d'()&|!<>\\·"), max_size=250))
def test_nothing_fails_and_no_sign_reaches_a_database(text: str) -> None:
    understood = parse(text, NOW)
    words = [word for term in (*understood.terms, *understood.without) for word in term.words]
    assert all(word == HAS_FILE or not set(word) & set("'\"\\ ·:*&|!()<>") for word in words)
    if understood.by_words:
        asked = Asked(company_id=1, user_id=2, terms=understood.terms, without=understood.without)
        assert fts5(asked).count('"') % 2 == 0
