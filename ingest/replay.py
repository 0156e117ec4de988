"""Replay: compute a mail anew and change only what rules made (RULES R52).

Computed from the raw bytes, the kept proof, today's records and rules. What people did stays: links by
hand and undone ones, sharing, read, archive, delete, release, discard, approval; ids, times and the
proof stay too. Running it twice gives same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Decision, InboundMessage
from db.raw import RawDamaged, RawMissing, RawStore
from db.session import Database
from ingest.applying import write_decision
from ingest.authenticate import Tools, check_again
from ingest.comparing import compare
from ingest.difference import Difference, Replayed, Result
from ingest.erasing_mail import ERASED
from ingest.inbound import Inbound
from ingest.loading import load_inbound
from ingest.pipeline import process, settle
from ingest.plan import Plan
from ingest.reading import DatabaseReader
from languages.speech import _
from linking.decision import Step
from linking.in_turn import file_in_turn
from linking.rule import Rule
from mailauth.results import Proof
from mailauth.stored import to_stored

IN_WORK: Final = frozenset({"received", "processing"})
BY_HAND: Final = frozenset({str(Rule.DISCARDED), str(Rule.EXPIRED)})


@dataclass(frozen=True, slots=True)
class Replayer:
    """Replays mails of an installation; nothing is sent, and nothing becomes unread."""

    database: Database
    raw: RawStore
    tools: Tools

    def replay(
        self,
        company_id: int,
        inbound_id: int,
        *,
        dry_run: bool = False,
        reauthenticate: bool = False,
        owner_id: int | None = None,
    ) -> Replayed:
        """Compute one mail anew; `dry_run` only tells. Raises LookupError where there is no such mail.

        With `owner_id` only his copies are looked at and touched: colleagues may have private ones of the same mail.
        """
        with self.database.read() as session:
            stopped = _why_not(session, company_id, inbound_id)
            if stopped is not None:
                return stopped
            try:
                inbound = load_inbound(session, self.raw, company_id, inbound_id, cause="replay")
            except (RawMissing, RawDamaged) as wrong:
                return Replayed(inbound_id=inbound_id, result=Result.IMPOSSIBLE, reason=str(wrong))
            now = self.database.now(session)
        if not reauthenticate:
            return self._compare(inbound, None, owner_id, dry_run=dry_run)
        checked = replace(inbound, proof=check_again(inbound, self.tools, now))
        return self._compare(checked, inbound.proof, owner_id, dry_run=dry_run)

    def _compare(self, inbound: Inbound, kept: Proof | None, owner_id: int | None, *, dry_run: bool) -> Replayed:
        with self.database.read() as session:
            plan = process(inbound, DatabaseReader(session, inbound.company_id), self.tools)
            plan = plan if kept is None else _with_new_proof(plan)
            differences = tuple(change.difference for change in compare(session, plan, owner_id))
        if differences and not dry_run:
            differences = self._correct(plan, owner_id)
        result = Result.CHANGED if differences else Result.SAME
        return Replayed(inbound_id=inbound.id, result=result, differences=differences)

    def _correct(self, plan: Plan, owner_id: int | None) -> tuple[Difference, ...]:
        with self.database.write() as session:
            now = self.database.now(session)
            file_in_turn(session, plan.inbound.company_id)
            look = DatabaseReader(session, plan.inbound.company_id)
            anew = replace(plan, letters=tuple(settle(look, letter) for letter in plan.letters))
            changes = compare(session, anew, owner_id)
            for change in changes:
                change.write(session, now)
            steps = tuple(step for step in anew.all_steps() if owner_id is None or step.owner in (None, owner_id))
            write_decision(session, anew, steps, now, _steps_of_others(session, anew, owner_id))
        return tuple(change.difference for change in changes)


def _steps_of_others(session: Session, plan: Plan, owner_id: int | None) -> tuple[dict[str, Any], ...]:
    """Answer what the last decision says of copies that are not touched."""
    if owner_id is None:
        return ()
    query = select(Decision.steps).where(
        Decision.company_id == plan.inbound.company_id, Decision.inbound_id == plan.inbound.id
    )
    last = session.scalars(query.order_by(Decision.id.desc()).limit(1)).first()
    return tuple(step for step in last or () if step.get("owner") not in (None, owner_id))


def _with_new_proof(plan: Plan) -> Plan:
    """Keep the proof of today in the decision; that of the door stays with the mail."""
    args = {"verdict": str(plan.proof.verdict), "proof": to_stored(plan.proof)}
    step = Step(step="authenticate", outcome=str(plan.proof.verdict), rule=Rule.REAUTHENTICATED, args=args)
    return replace(plan, steps=(*plan.steps, step))


def list_since(session: Session, company_id: int, since: datetime | None = None) -> tuple[int, ...]:
    """Answer the mails to replay, the oldest first."""
    query = select(InboundMessage.id).where(InboundMessage.company_id == company_id)
    if since is not None:
        query = query.where(InboundMessage.received_at >= since)
    return tuple(session.scalars(query.order_by(InboundMessage.id)))


def _why_not(session: Session, company_id: int, inbound_id: int) -> Replayed | None:
    query = select(InboundMessage.status, InboundMessage.reason, InboundMessage.reason_args).where(
        InboundMessage.company_id == company_id, InboundMessage.id == inbound_id
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise LookupError(f"no inbound message {inbound_id}")
    if row.status in IN_WORK:
        waiting = _("it is waiting to be worked on for the first time")
        return Replayed(inbound_id=inbound_id, result=Result.IMPOSSIBLE, reason=waiting)
    if (row.reason_args or {}).get(ERASED):
        gone = _("its original is gone, because a person was erased from it: it can no longer be replayed")
        return Replayed(inbound_id=inbound_id, result=Result.IMPOSSIBLE, reason=gone)
    if row.status == "discarded" and row.reason in BY_HAND:
        return Replayed(inbound_id=inbound_id, result=Result.SAME)
    return None
