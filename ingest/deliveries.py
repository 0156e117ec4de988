"""The log of incoming mail, one row a mail transaction: what was said at the door, and what was made of it.

Who may know what is decided by `ingest.inbounds`; what is looked for is compared with what is told alone, so that a
search answers nobody what a row would not tell him.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import Decision, InboundMessage, MessageCopy
from ingest.inbounds import InboundView, get_inbound, list_inbound
from mailauth.results import Proof
from mailauth.said import in_words
from mailauth.stored import from_stored

AT_ONCE: Final = 200
MOST_LOOKED_AT: Final = 2_000
"""Rows that one search reads; the list says where it stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for: a part of an address, a status, a time."""

    address: str = ""
    status: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Rows, the newest first; `next` is where to go on, None at the end."""

    rows: tuple[InboundView, ...]
    next: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One mail transaction; `proof` and `decided_at` are None where there are none, or not for this viewer."""

    row: InboundView
    proof: Proof | None
    decided_at: datetime | None


def list_deliveries(
    session: Session, viewer: Viewer, sought: Sought, limit: int, before_id: int | None = None
) -> Found:
    """Answer what was found in as many rows as one search reads."""
    rows: list[InboundView] = []
    last, looked_at = before_id, 0
    while looked_at < MOST_LOOKED_AT:
        size = AT_ONCE if sought.address else limit + 1
        batch = list_inbound(
            session,
            viewer,
            status=sought.status,
            limit=size,
            before_id=last,
            since=sought.since,
            until=sought.until,
        )
        looked_at += len(batch)
        for one in batch:
            if is_found(one, sought.address):
                if len(rows) == limit:
                    return Found(rows=tuple(rows), next=rows[-1].id)
                rows.append(one)
        if len(batch) < size:
            return Found(rows=tuple(rows), next=None)
        last = batch[-1].id
    return Found(rows=tuple(rows), next=last)


def is_found(row: InboundView, address: str) -> bool:
    """Tell whether an address that the viewer is told holds that text; everything does where nothing is asked."""
    if not address:
        return True
    if row.envelope is None:
        return False
    told = [row.envelope.reverse_path or "", *row.envelope.forward_paths, str((row.reason_args or {}).get("from", ""))]
    return any(address.casefold() in one.casefold() for one in told)


def get_delivery(session: Session, viewer: Viewer, inbound_id: int) -> Delivery:
    """Answer one; raise Missing."""
    row = get_inbound(session, viewer, inbound_id)
    if row.envelope is None:
        return Delivery(row=row, proof=None, decided_at=None)
    decided = select(func.min(Decision.made_at)).where(
        Decision.company_id == viewer.company_id, Decision.inbound_id == inbound_id
    )
    proof = _proof(session, viewer, inbound_id) if _may_know_proof(session, viewer, row) else None
    return Delivery(row=row, proof=proof, decided_at=session.scalar(decided))


def _may_know_proof(session: Session, viewer: Viewer, row: InboundView) -> bool:
    """Tell whether From's proof is told: of a colleague's mail admins know it where it is held or shared (R9b, R30)."""
    if row.mine or row.status == "held":
        return True
    shared = select(MessageCopy.id).where(
        MessageCopy.company_id == viewer.company_id, MessageCopy.inbound_id == row.id, MessageCopy.sharing != "private"
    )
    return session.scalars(shared.limit(1)).first() is not None


def _proof(session: Session, viewer: Viewer, inbound_id: int) -> Proof | None:
    this = InboundMessage.company_id == viewer.company_id, InboundMessage.id == inbound_id
    stored = session.scalar(select(InboundMessage.proof).where(*this))
    return in_words(from_stored(stored)) if stored else None


def protocols_of(proof: Proof) -> Sequence[tuple[str, str, str, str]]:
    """Answer the results of the protocols: name, the RFC's word, of what domain, and what we think of it."""
    found = [("SPF", proof.spf.result, proof.spf.domain, proof.spf.reason)]
    found += [
        ("DKIM", one.result, f"{one.selector}._domainkey.{one.domain}" if one.selector else one.domain, one.reason)
        for one in proof.dkim
    ]
    policy = f"p={proof.dmarc.policy}" if proof.dmarc.policy else ""
    found.append(("DMARC", proof.dmarc.result, proof.dmarc.domain, policy))
    found.append(("ARC", proof.arc.result, ", ".join(proof.arc.sealers), proof.arc.reason))
    return found
