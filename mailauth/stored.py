"""A Proof as plain JSON values and back, without loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mailauth.results import ArcResult, DkimResult, DmarcResult, Proof, SpfResult, Verdict


def to_stored(proof: Proof) -> dict[str, Any]:
    """Answer a dict of JSON values."""
    return asdict(proof) | {
        "verdict": str(proof.verdict),
        "dkim": [asdict(one) | {"signed_fields": list(one.signed_fields)} for one in proof.dkim],
        "arc": {"result": proof.arc.result, "sealers": list(proof.arc.sealers)},
        "records": [[name, list(texts)] for name, texts in proof.records],
    }


def from_stored(stored: Mapping[str, Any]) -> Proof:
    """Answer the Proof that `to_stored` took; raises KeyError or TypeError where it is none."""
    return Proof(
        verdict=Verdict(stored["verdict"]),
        from_address=stored["from_address"],
        spf=SpfResult(**stored["spf"]),
        dkim=tuple(DkimResult(**one | {"signed_fields": tuple(one["signed_fields"])}) for one in stored["dkim"]),
        dmarc=DmarcResult(**stored["dmarc"]),
        arc=ArcResult(result=stored["arc"]["result"], sealers=tuple(stored["arc"]["sealers"])),
        sentence=stored["sentence"],
        publishes_nothing=stored["publishes_nothing"],
        records=tuple((name, tuple(texts)) for name, texts in stored["records"]),
    )
