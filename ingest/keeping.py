"""Write a group of deliveries in one transaction: raw contents first, then the queue's rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.ids import new_id
from db.inserting import insert_unless_there
from db.models.inbound import InboundMessage
from db.raw import PreparedRaw, RawStore
from ingest.delivery import Delivery, Stored, delivery_key
from ingest.envelopes import envelope_to_json
from mailauth.stored import to_stored

Key = tuple[int, str]
"""Company and delivery key."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A delivery with everything done that needs no transaction."""

    delivery: Delivery
    raw: PreparedRaw
    key: str
    row: Mapping[str, Any]


def prepare(delivery: Delivery, raw: RawStore) -> Prepared:
    """Hash, compress and serialise; large contents reach the disk here. Raises OSError."""
    content = raw.prepare(delivery.company_id, delivery.raw)
    key = delivery_key(delivery, content.sha256)
    row = {
        "company_id": delivery.company_id,
        "delivery_key": key,
        "origin": delivery.origin,
        "owner_id": delivery.owner_id,
        "envelope": envelope_to_json(delivery.envelope),
        "sha256": content.sha256,
        "size": content.size,
        "received_at": delivery.envelope.received_at,
        "proof": None if delivery.proof is None else to_stored(delivery.proof),
        "status": "received",
        "attempts": 0,
    }
    return Prepared(delivery=delivery, raw=content, key=key, row=row)


def keep(session: Session, group: Sequence[Prepared], raw: RawStore, now: datetime) -> list[Stored]:
    """Write the group; the answer is in its order. The same delivery again is answered with the first id."""
    raw.put_in(session, _distinct_contents(group), now)
    distinct = {(one.delivery.company_id, one.key): one for one in reversed(group)}
    rows = [{**one.row, "id": new_id(session), "next_attempt_at": now} for one in reversed(distinct.values())]
    insert = insert_unless_there(session, InboundMessage, ("company_id", "delivery_key"))
    table = InboundMessage
    made = session.connection().execute(insert.returning(table.company_id, table.delivery_key, table.id), rows)
    new: dict[Key, int] = {(row.company_id, row.delivery_key): row.id for row in made}
    first = dict(_first_ids(session, distinct.keys() - new.keys()))
    return list(_answers(group, new, first))


def _answers(group: Sequence[Prepared], new: Mapping[Key, int], first: Mapping[Key, int]) -> Iterator[Stored]:
    told: set[Key] = set()
    for one in group:
        key = (one.delivery.company_id, one.key)
        yield Stored(new[key] if key in new else first[key], is_new=key in new and key not in told)
        told.add(key)


def _distinct_contents(group: Sequence[Prepared]) -> list[PreparedRaw]:
    return list({(one.raw.company_id, one.raw.sha256): one.raw for one in group}.values())


def _first_ids(session: Session, keys: set[Key]) -> Iterator[tuple[Key, int]]:
    for company_id in {company_id for company_id, _ in keys}:
        wanted = [key for company, key in keys if company == company_id]
        table = InboundMessage
        query = select(table.delivery_key, table.id)
        for row in session.execute(query.where(table.company_id == company_id, table.delivery_key.in_(wanted))):
            yield (company_id, row.delivery_key), row.id
