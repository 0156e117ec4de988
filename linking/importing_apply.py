"""Carry out a plan: make or change what it says, with what has to be made first; or only note it, in a dry run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from accounts.refusals import Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from linking.importing_columns import Kind
from linking.importing_plan import Outcome, Plan
from linking.importing_world import CONTACT, ORGANIZATION, Known, World
from linking.record_fields import RecordType
from linking.records import change_record, make_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was done to one record: the line's own comes first.

    `before`: what the changed fields said, in truth and not as the importer sees it, and so shown to nobody.
    """

    outcome: Outcome
    record_id: int | None = None
    said: str = ""
    before: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Writes as the importer."""

    session: Session
    viewer: Viewer
    now: datetime
    mail_domain: str

    def make(self, record_type: RecordType, fields: Mapping[str, Any]) -> int:
        """Make a record and answer its number; raise Invalid, Forbidden."""
        return make_record(self.session, self.viewer, record_type, fields, self.now, self.mail_domain)

    def change(self, known: Known, fields: Mapping[str, Any]) -> None:
        """Change a record; raise Invalid, Forbidden, Missing."""
        change_record(self.session, self.viewer, known.type, known.id, fields, self.now)


def carry_out(kind: Kind, plan: Plan, world: World, hand: Hand | None) -> tuple[Deed, ...]:
    """Do what the plan says, all of it or nothing; without a hand only the world takes note."""
    if plan.outcome not in (Outcome.NEW, Outcome.CHANGED):
        return (Deed(outcome=plan.outcome, said=plan.said),)
    if hand is None:
        return _do(kind, plan, world, None)
    try:
        with hand.session.begin_nested():
            return _do(kind, plan, world, hand)
    except Invalid as wrong:
        return (Deed(outcome=Outcome.WRONG, said="; ".join(wrong.errors.values())),)
    except (Forbidden, Missing) as wrong:
        return (Deed(outcome=Outcome.WRONG, said=str(wrong)),)


def _do(kind: Kind, plan: Plan, world: World, hand: Hand | None) -> tuple[Deed, ...]:
    fields = dict(plan.fields)
    also: list[Known] = []
    if plan.organization:
        firm = _made(ORGANIZATION, {"name": plan.organization, "domains": []}, world, hand)
        fields["organization_id"] = firm.id
        also.append(firm)
    for address in plan.contacts:
        person = _made(CONTACT, {"name": address, "addresses": [address]}, world, hand)
        fields["contact_ids"] = [*fields.get("contact_ids", ()), person.id]
        also.append(person)
    if plan.target is None:
        own = Deed(outcome=Outcome.NEW, record_id=_made(kind.record_type, fields, world, hand).id)
    else:
        own = _changed(plan.target, fields, world, hand)
    for known in also:
        world.note(known)
    return (own, *(Deed(outcome=Outcome.NEW, record_id=known.id) for known in also))


def _made(record_type: RecordType, fields: Mapping[str, Any], world: World, hand: Hand | None) -> Known:
    number = hand.make(record_type, fields) if hand else world.invent()
    name = fields.get("name") or fields.get("title") or ""
    now = hand.now if hand else None
    known = _with(Known(id=number, type=record_type, name=str(name), changed_at=now), fields)
    if record_type is RecordType.DEAL and known.status is None:
        known = replace(known, status="open")
    world.note(known)
    return known


def _changed(known: Known, fields: Mapping[str, Any], world: World, hand: Hand | None) -> Deed:
    before = {name: _as_json(getattr(known, name)) for name in fields}
    if "organization_id" in fields:
        before["organization_id"] = known.organization_id or known.hidden_organization_id
    if known.changed_at is not None:
        before["changed_at"] = known.changed_at.isoformat()
    if hand:
        hand.change(known, fields)
        known = replace(known, changed_at=hand.now)
    world.note(_with(known, fields))
    return Deed(outcome=Outcome.CHANGED, record_id=known.id, before=before)


def _with(known: Known, fields: Mapping[str, Any]) -> Known:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()
    }
    values.pop("title", None)
    return replace(known, **values)


def _as_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, str | int) else str(value)
