"""What our own mail server in front found out: its Authentication-Results (RFC 8601), and nobody else's.

A server puts what it finds above the Received field that it adds (RFC 5321 §4.4), and everything that came with the
mail lies below that. So only fields above the topmost Received count, and of these only the ones that carry the
authserv-id which the operator gave for that server. A forged field can stand there only where the server adds no
Received, and it has to remove such fields anyway (RFC 8601 §5). A server that writes its results below its own
Received is not believed: nobody could tell them from forged ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from mail.domain import a_label_form
from mail.envelope import Envelope
from mailauth.authentication_results import AuthenticationResults, MethodResult, parse_results
from mailauth.results import DkimResult

MOST_FIELDS: Final = 10
UNVERIFIABLE: Final = ("fail", "temperror")
"""Results of ours for a signature that the server in front, which had the mail before us, may know better."""


@dataclass(frozen=True, slots=True)
class UpstreamPass:
    """A pass that the server in front found, of a `domain` in A-labels that is still to be aligned with From."""

    authserv_id: str
    method: str
    domain: str


def passes_upstream(
    fields: Sequence[tuple[bytes, bytes]], envelope: Envelope, domain: str, dkim: Sequence[DkimResult]
) -> tuple[UpstreamPass, ...]:
    """Answer the passes that may count for a From domain; none where it says itself that DMARC failed."""
    said = [one for field in _own_fields(fields, envelope) for one in field.results]
    dmarc = [one for one in said if one.method == "dmarc" and a_label_form(one.value("header.from")) == domain]
    if any(one.result == "fail" for one in dmarc):
        return ()
    authserv_id = envelope.authserv_id.lower()
    return tuple(
        UpstreamPass(authserv_id, one.method, identifier)
        for one in said
        if one.result == "pass" and (identifier := _identifier(one, envelope, domain, dkim))
    )


def _own_fields(fields: Sequence[tuple[bytes, bytes]], envelope: Envelope) -> Iterator[AuthenticationResults]:
    if not envelope.relay or not envelope.authserv_id:
        return
    above = list(takewhile(lambda one: one[0].lower() != b"received", fields))
    if len(above) == len(fields):
        # without any Received nothing tells the server's fields from the client's
        return
    named = [value for name, value in above if name.lower() == b"authentication-results"]
    for value in named[:MOST_FIELDS]:
        found = parse_results(value)
        if found is not None and found.authserv_id == envelope.authserv_id.lower():
            yield found


def _identifier(said: MethodResult, envelope: Envelope, domain: str, dkim: Sequence[DkimResult]) -> str:
    """Answer the domain that a pass is about, "" where its kind does not count here."""
    match said.method:
        case "dmarc":
            return domain if a_label_form(said.value("header.from")) == domain else ""
        case "dkim":
            return _signed_by(a_label_form(said.value("header.d")) or "", dkim)
        case "spf":
            return _sent_by(a_label_form(said.value("smtp.mailfrom").rpartition("@")[2]) or "", envelope)
        case _:
            return ""


def _signed_by(name: str, dkim: Sequence[DkimResult]) -> str:
    """Count a signature that is there and that we cannot verify: the server may have changed the mail it covers.

    One that we refuse for what it is (`l=`, a weak or test key) is not made better by the server's opinion.
    """
    ours = [one for one in dkim if one.domain == name]
    return name if ours and all(one.result in UNVERIFIABLE for one in ours) else ""


def _sent_by(name: str, envelope: Envelope) -> str:
    """Count SPF only where we do not know the client ourselves, and for this very reverse-path."""
    reverse_path = envelope.reverse_path or ""
    return name if not envelope.peer and a_label_form(reverse_path.rpartition("@")[2]) == name else ""
