"""A proof goes into the database and comes back the same."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from mailauth.results import ArcResult, DkimResult, DmarcResult, Judgement, Method, Proof, SpfResult, Verdict
from mailauth.stored import from_stored, to_stored

WORD = st.text(max_size=10)
WORDS = st.lists(WORD, max_size=3).map(tuple)
DKIM = st.builds(
    DkimResult,
    result=WORD,
    domain=WORD,
    selector=WORD,
    algorithm=WORD,
    aligned=st.booleans(),
    counts=st.booleans(),
    reason=WORD,
    signed_fields=WORDS,
)
JUDGEMENT = st.builds(
    Judgement,
    verdict=st.sampled_from(Verdict),
    sentence=WORD,
    method=st.sampled_from(Method),
    publishes_nothing=st.booleans(),
)
PROOF = st.builds(
    Proof,
    verdict=st.sampled_from(Verdict),
    from_address=WORD,
    spf=st.builds(SpfResult, result=WORD, domain=WORD, counts=st.booleans(), reason=WORD),
    dkim=st.lists(DKIM, max_size=3).map(tuple),
    dmarc=st.builds(DmarcResult, result=WORD, policy=WORD, domain=WORD),
    arc=st.builds(ArcResult, result=WORD, sealers=WORDS, reason=WORD, signed_fields=WORDS),
    sentence=WORD,
    method=st.sampled_from(Method),
    publishes_nothing=st.booleans(),
    otherwise=st.none() | JUDGEMENT,
    days_old=st.integers(0, 10_000),
    records=st.lists(st.tuples(WORD, WORDS), max_size=3).map(tuple),
)


@given(PROOF)
@settings(deadline=None)
def test_nothing_is_lost(proof: Proof) -> None:
    assert from_stored(json.loads(json.dumps(to_stored(proof)))) == proof
