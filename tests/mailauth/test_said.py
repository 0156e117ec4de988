"""A proof is kept in English, and every sentence and reason of it is found again in the language of its reader."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import pytest

from languages.language import ACCENTED
from languages.speech import speaking
from mailauth import said
from mailauth.reasons import unproved
from mailauth.results import DkimResult, DmarcResult, Proof, SpfResult, Verdict

VALUES: Final = {
    "domain": "a.example",
    "signer": "b.example",
    "selector": "s1",
    "sender": "c.example",
    "server": "mx.d.example",
    "method": "DKIM",
    "about": "e.example",
    "forwarder": "f.example",
    "sealers": "f.example, g.example",
    "address": "rita@a.example",
    "which": "h.example TXT",
    "reasons": said.NO_DKIM,
    "result": "fail",
    "reason": "good signature",
    "bits": "768",
    "trouble": "KeyError",
}


@pytest.mark.parametrize("template", [*said.SENTENCES, said.GIVEN_UP])
def test_a_sentence_is_found_again_with_its_values(template: str) -> None:
    with speaking(ACCENTED):
        spoken = said.sentence(template.format_map(VALUES))
    nested = VALUES | {"reasons": f"⟦{said.NO_DKIM}⟧"}
    assert spoken == f"⟦{template.format_map(nested)}⟧"


@pytest.mark.parametrize("template", said.PARTS)
def test_a_reason_is_found_again_with_its_values(template: str) -> None:
    with speaking(ACCENTED):
        spoken = said.reason(template.format_map(VALUES))
    assert spoken == f"⟦{template.format_map(VALUES | {'reason': '⟦good signature⟧'})}⟧"


def test_the_parts_of_what_was_not_proved_are_said_one_by_one() -> None:
    spf = SpfResult(result="fail", domain="a.example", counts=False, reason="the domain has no SPF record")
    signature = DkimResult(
        result="fail", domain="", selector="", algorithm="", aligned=False, counts=False, reason="the key was revoked"
    )
    kept = unproved("a.example", (signature,), spf, DmarcResult(result="fail", policy="reject", domain=""), False)
    proof = replace(Proof.unchecked(Verdict.UNPROVED, "x@a.example", kept), spf=spf, dkim=(signature,))
    assert said.in_words(proof) is proof
    with speaking(ACCENTED):
        spoken = said.in_words(proof)
    assert re.sub("[⟦⟧]", "", spoken.sentence) == kept
    assert spoken.sentence.count("⟦") == 6
    assert (spoken.spf.reason, spoken.dkim[0].reason) == ("⟦the domain has no SPF record⟧", "⟦the key was revoked⟧")


def test_what_is_not_ours_stands_as_it_is() -> None:
    with speaking("de"):
        assert said.reason("Void lookup limit of 2 exceeded") == "Void lookup limit of 2 exceeded"
        assert said.sentence("DKIM " + "x for " * 5000) == "DKIM " + "x for " * 5000
