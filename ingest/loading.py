"""Load one stored mail as the value that the pipeline reads."""

from __future__ import annotations

from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.inbound import InboundMessage
from db.raw import RawStore
from ingest.envelopes import envelope_from_json
from ingest.inbound import Cause, Inbound, Origin
from mailauth.stored import from_stored


def load_inbound(
    session: Session, raw: RawStore, company_id: int, inbound_id: int, cause: Cause | None = None
) -> Inbound:
    """Answer the row with its exact bytes; raise RawMissing or RawDamaged, LookupError without a row.

    Without a `cause` the row tells: a mail that a person let in is thought about because of that.
    """
    query = select(InboundMessage).where(InboundMessage.company_id == company_id, InboundMessage.id == inbound_id)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise LookupError(f"no inbound message {inbound_id}")
    return Inbound(
        company_id=row.company_id,
        id=row.id,
        # The table's CHECK knows the same words.
        origin=cast(Origin, row.origin),
        owner_id=row.owner_id,
        envelope=envelope_from_json(row.envelope, row.received_at),
        raw=raw.read(session, company_id, row.sha256),
        sha256=row.sha256,
        received_at=row.received_at,
        proof=None if row.proof is None else from_stored(row.proof),
        released_by=row.released_by,
        released_at=row.released_at,
        cause=cause or ("arrival" if row.released_at is None else "release"),
    )
