"""A Proof as plain JSON values and back, without loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mailauth.results import ArcResult, DkimResult, DmarcResult, Judgement, Method, Proof, SpfResult, Verdict


def to_stored(proof: Proof) -> dict[str, Any]:
    """Answer a dict of JSON values."""
    return asdict(proof) | {
        "verdict": str(proof.verdict),
        "method": str(proof.method),
        "dkim": [asdict(one) | {"signed_fields": list(one.signed_fields)} for one in proof.dkim],
        "arc": asdict(proof.arc) | {"sealers": list(proof.arc.sealers), "signed_fields": list(proof.arc.signed_fields)},
        "otherwise": _judgement_to_stored(proof.otherwise) if proof.otherwise else None,
        "records": [[name, list(texts)] for name, texts in proof.records],
    }


def from_stored(stored: Mapping[str, Any]) -> Proof:
    """Answer the Proof that `to_stored` took; raises KeyError or TypeError where it is none."""
    arc = stored["arc"]
    return Proof(
        verdict=Verdict(stored["verdict"]),
        from_address=stored["from_address"],
        spf=SpfResult(**stored["spf"]),
        dkim=tuple(DkimResult(**one | {"signed_fields": tuple(one["signed_fields"])}) for one in stored["dkim"]),
        dmarc=DmarcResult(**stored["dmarc"]),
        arc=ArcResult(**arc | {"sealers": tuple(arc["sealers"]), "signed_fields": tuple(arc["signed_fields"])}),
        sentence=stored["sentence"],
        method=Method(stored["method"]),
        publishes_nothing=stored["publishes_nothing"],
        otherwise=_judgement_from_stored(stored["otherwise"]) if stored["otherwise"] else None,
        days_old=stored["days_old"],
        records=tuple((name, tuple(texts)) for name, texts in stored["records"]),
    )


def _judgement_to_stored(judgement: Judgement) -> dict[str, Any]:
    return asdict(judgement) | {"verdict": str(judgement.verdict), "method": str(judgement.method)}


def _judgement_from_stored(stored: Mapping[str, Any]) -> Judgement:
    return Judgement(**{**stored, "verdict": Verdict(stored["verdict"]), "method": Method(stored["method"])})
