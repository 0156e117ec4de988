"""What authentication found, as plain values in the words of RFC 8601, and what we think of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """The outcome of SECURITY 4, and `not_evaluated` for mail that no stranger handed us."""

    PROVED = "proved"
    WEAK = "weak"
    UNPROVED = "unproved"
    DEFERRED = "deferred"
    NOT_EVALUATED = "not_evaluated"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfResult:
    """RFC 7208 result; `domain` is the one checked; `counts` is whether we take it as proof."""

    result: str
    domain: str
    counts: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimResult:
    """One signature's RFC 8601 result; `aligned` with the From domain; `counts` as proof or not."""

    result: str
    domain: str
    selector: str
    algorithm: str
    aligned: bool
    counts: bool
    reason: str
    signed_fields: tuple[str, ...] = ()
    """Lower-case names under `h=`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcResult:
    """RFC 9989 result; `policy` is the published one with `sp` applied ("" where there is none)."""

    result: str
    policy: str
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcResult:
    """The chain alone (RFC 8617), whoever sealed it; `sealers` are the d= of its seals in order."""

    result: str = "none"
    sealers: tuple[str, ...] = ()
    reason: str = ""
    signed_fields: tuple[str, ...] = ()
    """Lower-case names that the newest message signature covers whole, where the chain holds."""


class Method(StrEnum):
    """What proved the sender, or would where its look-up had not failed; NOTHING where nothing did."""

    NOTHING = ""
    DKIM = "dkim"
    SPF = "spf"
    UPSTREAM = "upstream"
    ARC = "arc"
    SUBMISSION = "submission"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is made of the evidence. `publishes_nothing`: no SPF, DKIM or DMARC at the From domain (SECURITY 4.8)."""

    verdict: Verdict
    sentence: str
    method: Method = Method.NOTHING
    publishes_nothing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The whole verdict with its evidence; kept with the inbound message as JSON.

    `publishes_nothing`: as in Judgement. `otherwise`: what stands where no forwarder was expected, None where
    the chain makes no difference. `days_old`: how long before its receipt the mail was dated or signed, where that
    is over a week, else 0. `records`: the DNS answers used, "name type" to texts, so that the verdict can be shown
    and made again later.
    """

    verdict: Verdict
    from_address: str
    spf: SpfResult
    dkim: tuple[DkimResult, ...]
    dmarc: DmarcResult
    arc: ArcResult
    sentence: str
    method: Method = Method.NOTHING
    publishes_nothing: bool = False
    otherwise: Judgement | None = None
    days_old: int = 0
    records: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def unchecked(cls, verdict: Verdict, from_address: str, sentence: str, method: Method = Method.NOTHING) -> Proof:
        """Answer a proof that rests on nothing in the mail."""
        return cls(
            verdict=verdict,
            from_address=from_address,
            spf=SpfResult(result="none", domain="", counts=False, reason="not checked"),
            dkim=(),
            dmarc=DmarcResult(result="none", policy="", domain=""),
            arc=ArcResult(),
            sentence=sentence,
            method=method,
        )

    def as_json(self) -> dict[str, Any]:
        """Answer the `authentication` object of INTERFACE 2."""
        return {
            "verdict": str(self.verdict),
            "spf": _fields(self.spf),
            "dkim": [_fields(one, leave=("signed_fields",)) for one in self.dkim],
            "dmarc": _fields(self.dmarc),
            "arc": {"result": self.arc.result, "sealers": list(self.arc.sealers)},
            "sentence": self.sentence,
        }


def _fields(value: Any, leave: tuple[str, ...] = ()) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__ if name not in leave}
