"""A proof in the language of its reader: it is made and kept in English, and its texts are found again by their form.

What is kept may be older than a text of today: what is not found again is answered as it stands.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Final

from languages.language import SOURCE
from languages.speech import _, marked, spoken
from mailauth.results import Proof

BY_DKIM: Final = marked("Proved: a DKIM signature of {signer} (selector {selector}) vouches for {domain}.")
BY_SPF: Final = marked("Proved: {sender} lets the sending host send for {domain} (SPF).")
BY_SERVER: Final = marked("Proved: your own mail server {server} found {domain} to be the sender ({method} pass).")
BY_SERVER_ABOUT: Final = marked(
    "Proved: your own mail server {server} found {domain} to be the sender ({method} pass for {about})."
)
BY_CHAIN: Final = marked("Proved: {forwarder} forwarded it and vouches that {domain} was the sender (ARC).")
BY_LONG_CHAIN: Final = marked(
    "Proved: {forwarder} forwarded it and vouches that {domain} was the sender (ARC, sealed by {sealers})."
)
BY_SUBMISSION: Final = marked("Proved: the owner of {address} signed in to hand this mail over (submission).")
CHAIN_DEFERRED: Final = marked(
    "Not decided yet: a look-up failed for now by which the seal of {forwarder} could vouch for {domain} (ARC)."
)
DEFERRED: Final = marked(
    "Not decided yet: a DNS look-up for mail from {domain} failed for now, and its answer could matter."
)
DEFERRED_WHICH: Final = marked(
    "Not decided yet: a DNS look-up for mail from {domain} failed for now ({which}), and its answer could matter."
)
NOTHING: Final = marked("Not proved: {domain} publishes no SPF, DKIM or DMARC by which a sender could be checked.")
WEAK: Final = marked(
    "Weak: {domain} publishes nothing to check, so anybody who knows the address could have sent this."
)
UNPROVED: Final = marked("Not proved that this is from {domain}: {reasons}.")
UNDECIDED: Final = marked("Not judged: {reasons}.")
GIVEN_UP: Final = marked("The look-ups for the sender's domain have failed for hours, so nothing proves the sender.")
NO_DKIM: Final = marked("it carries no DKIM signature")
OTHER_DKIM: Final = marked("its DKIM signature is of {signer}")
DKIM: Final = marked("DKIM {result} for {signer} ({reason})")
UNREADABLE_DKIM: Final = marked("DKIM {result} for an unreadable domain ({reason})")
SPF: Final = marked("SPF {result} for {sender} ({reason})")
SPF_OF_NOBODY: Final = marked("SPF {result} ({reason})")
QUARANTINED: Final = marked("{domain} asks to quarantine such mail")
REJECTED: Final = marked("{domain} asks to reject such mail")
SMALL_KEY: Final = marked("the RSA key has only {bits} bits")
SMALLISH_KEY: Final = marked("good signature, by an RSA key of only {bits} bits")
NOT_EVALUATED: Final = marked("the record cannot be evaluated ({trouble})")
SENTENCES: Final = (
    *(BY_DKIM, BY_SPF, BY_SERVER_ABOUT, BY_SERVER, BY_LONG_CHAIN, BY_CHAIN, BY_SUBMISSION),
    *(CHAIN_DEFERRED, DEFERRED_WHICH, DEFERRED, NOTHING, WEAK, UNPROVED, UNDECIDED),
)
PARTS: Final = (
    *(OTHER_DKIM, UNREADABLE_DKIM, DKIM, SPF, SPF_OF_NOBODY, QUARANTINED, REJECTED),
    *(SMALL_KEY, SMALLISH_KEY, NOT_EVALUATED),
)
BETWEEN: Final = "; "
LONGEST: Final = 2000
"""Characters; a longer text is none of ours."""


def in_words(proof: Proof) -> Proof:
    """Answer a proof whose sentence and reasons are in the language that is spoken."""
    if spoken() == SOURCE:
        return proof
    return replace(
        proof,
        sentence=sentence(proof.sentence),
        spf=replace(proof.spf, reason=reason(proof.spf.reason)),
        dkim=tuple(replace(one, reason=reason(one.reason)) for one in proof.dkim),
        arc=replace(proof.arc, reason=reason(proof.arc.reason)),
    )


def sentence(english: str) -> str:
    """Say the sentence of a verdict."""
    return _again(english, SENTENCES)


def reason(english: str) -> str:
    """Say why a check came out as it did."""
    return _again(english, PARTS)


def _again(english: str, templates: tuple[str, ...]) -> str:
    for template in templates if len(english) <= LONGEST else ():
        found = _form(template).fullmatch(english)
        if found:
            return _(template).format_map({name: _value(name, value) for name, value in found.groupdict().items()})
    return _(english)


def _value(name: str, value: str) -> str:
    match name:
        case "reason":
            return reason(value)
        case "reasons":
            return BETWEEN.join(reason(part) for part in value.split(BETWEEN))
    return value


@cache
def _form(template: str) -> re.Pattern[str]:
    """Answer what finds the values of a template in a text, each as short as it can be."""
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if n % 2 else re.escape(part) for n, part in enumerate(parts)), re.DOTALL
    )
