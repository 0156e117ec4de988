"""Forms of records: what stands in their fields, and what they offer to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask import request

from accounts.teams import TeamView, teams_of
from accounts.users import list_users
from linking.record_draft import Draft
from linking.record_fields import RecordType
from linking.record_filter import RecordFilter
from linking.record_view import RecordView
from linking.records import list_records, records_by_id
from webui.call import Call
from webui.records.kinds import Kind
from webui.records.reading import SEVERAL

MOST_CHOICES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`values` by field, ids sealed; `errors` by field; the chosen contacts and organisation come first."""

    values: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    contacts: Sequence[RecordView] = ()
    organizations: Sequence[RecordView] = ()
    owners: Sequence[tuple[str, str]] = ()
    teams: Sequence[TeamView] = ()
    find: str = ""
    message: str = ""
    """The letter that a new record is made from."""


def new_form(
    call: Call,
    kind: Kind,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    *,
    message: str = "",
) -> Form:
    """Answer the form for a record that is not there yet."""
    start: dict[str, Any] = {"currency": _usual_currency(call) if kind.has("value") else ""}
    return _form(call, kind, {**start, **(values or {}), **_picked()}, errors or {}, message=message)


def edit_form(call: Call, kind: Kind, record: RecordView, fact: str, errors: Mapping[str, str] | None = None) -> Form:
    """Answer the form of one fact; what was given wrongly stands in it again."""
    values = values_of(call, kind, record)
    if errors:
        values |= given_values(kind)
    if fact == "value" and not values["currency"]:
        values["currency"] = _usual_currency(call)
    return _form(call, kind, {**values, **_picked()}, errors or {}, only=fact)


def values_of(call: Call, kind: Kind, record: RecordView) -> dict[str, Any]:
    """Answer a record's fields as its form shows them."""
    return {
        kind.title: record.name,
        "status": record.status or "",
        "addresses": "\n".join(record.addresses),
        "domains": "\n".join(record.domains),
        "organization_id": call.maybe_seal("organization", record.organization_id) or "",
        "contact_ids": [call.seal("contact", one) for one in record.contact_ids],
        "value": "" if record.value is None else str(record.value),
        "currency": record.currency or "",
        "owner_id": call.seal("user", record.owner_id),
        "team_id": call.maybe_seal("team", record.team_id) or "",
        "visibility": record.visibility,
    }


def values_from(call: Call, kind: Kind, draft: Draft) -> dict[str, Any]:
    """Answer a draft as the form shows it."""
    return {
        kind.title: draft.name,
        "addresses": "\n".join(draft.addresses),
        "domains": "\n".join(draft.domains),
        "contact_ids": [call.seal("contact", one) for one in draft.contact_ids],
        "organization_id": call.maybe_seal("organization", draft.organization_id) or "",
    }


def given_values(kind: Kind) -> dict[str, Any]:
    """Answer what was sent, to be shown again."""
    sent = request.form
    return {
        name: sent.getlist(name) if name == "contact_ids" else "\n".join(sent.getlist(name))[:20_000]
        for name in kind.resource.new.model_fields
        if name in sent
    }


def undo_fields(call: Call, kind: Kind, before: RecordView, named: Sequence[str]) -> dict[str, str]:
    """Answer the fields that bring back what a record said before."""
    values = values_of(call, kind, before)
    return {name: ",".join(values[name]) if name in SEVERAL[2:] else str(values[name]) for name in named}


def active_users(call: Call) -> dict[int, str]:
    """Answer the colleagues to whom a record can be given, by name."""
    users = list_users(call.session, call.viewer.company_id)
    return {one.id: one.name for one in sorted(users, key=lambda one: one.name) if one.state == "active"}


def _picked() -> dict[str, Any]:
    """Answer what is ticked already while one looks for more to tick."""
    if "picked" not in request.args:
        return {}
    return {
        "contact_ids": request.args.getlist("contact_ids"),
        "organization_id": request.args.get("organization_id", ""),
    }


def _form(
    call: Call,
    kind: Kind,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    only: str | None = None,
    message: str = "",
) -> Form:
    find = "".join(char for char in request.args.get("find", "")[:200] if char.isprintable())

    def offers(name: str) -> bool:
        return kind.has(name) and only in (None, name)

    return Form(
        values=values,
        errors=errors,
        contacts=_offered(call, RecordType.CONTACT, values.get("contact_ids", ()), find)
        if offers("contact_ids")
        else (),
        organizations=_offered(call, RecordType.ORGANIZATION, [values.get("organization_id", "")], find)
        if offers("organization_id")
        else (),
        owners=[(call.seal("user", number), name) for number, name in active_users(call).items()]
        if only == "owner_id"
        else (),
        teams=teams_of(call.session, call.viewer) if offers("visibility") else (),
        find=find,
        message=message,
    )


def _offered(call: Call, record_type: RecordType, chosen: Sequence[str], find: str) -> list[RecordView]:
    """Answer those that are chosen, then those that the words find, the newest first."""
    numbers = [number for one in chosen if one and (number := call.backend.sealer.unseal(record_type, one))]
    first = records_by_id(call.session, call.viewer, numbers, record_type)
    found = list_records(call.session, call.viewer, record_type, MOST_CHOICES, None, RecordFilter(q=find or None)).rows
    met = {one.id for one in first}
    return [*first, *(one for one in found if one.id not in met)]


def _usual_currency(call: Call) -> str:
    deals = list_records(call.session, call.viewer, RecordType.DEAL, 20).rows
    return next((one.currency for one in deals if one.currency), "")
