"""What becomes of a line: a plan as a plain value, made from what it says and what exists.

A dry run and a run make the same plans; the run carries them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from languages.speech import _
from linking.importing_columns import Kind
from linking.importing_entry import Entry
from linking.importing_world import CONTACT, DEAL, ORGANIZATION, Known, World
from linking.record_fields import MOST_ADDRESSES
from mail.address import address_key


class Outcome(StrEnum):
    """What a line came to; doubtful and wrong lines are not taken."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`target` is changed by `fields`, or made of them where it is None.

    `organization` and `contacts` name what has to be made first: an organisation, and contacts by their addresses;
    their ids join the fields.
    """

    outcome: Outcome
    said: str = ""
    target: Known | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    organization: str = ""
    contacts: tuple[str, ...] = ()


def plan_entry(kind: Kind, entry: Entry, world: World) -> Plan:
    """Decide about one line."""
    organizations = world.named(ORGANIZATION, entry.organization)
    if len(organizations) > 1:
        return _doubt(
            _("there are {count} organisations called {name}").format(count=len(organizations), name=entry.organization)
        )
    firm = organizations[0].id if organizations else None
    match kind:
        case Kind.CONTACTS:
            return _contact(entry, world, firm)
        case Kind.ORGANIZATIONS:
            return _organization(entry, world)
        case Kind.DEALS:
            return _deal(entry, world, firm)


def _doubt(said: str) -> Plan:
    return Plan(outcome=Outcome.DOUBTFUL, said=said)


def _contact(entry: Entry, world: World, firm: int | None) -> Plan:
    keys = [address_key(address) for address in entry.addresses]
    found = world.find("address", keys)
    if not entry.addresses:
        found = world.named(CONTACT, entry.name)
    if len(found) > 1:
        said = _("{count} contacts are called {name}: which of them is meant?")
        if entry.addresses:
            said = _("{count} contacts have these addresses: which of them is meant?")
        return _doubt(said.format(count=len(found), name=entry.name))
    making = entry.organization if firm is None else ""
    if not found:
        fields = {"name": entry.name, "addresses": list(entry.addresses), "organization_id": firm}
        return Plan(outcome=Outcome.NEW, fields=fields, organization=making)
    known = found[0]
    if not entry.addresses and entry.organization and known.organization_id not in (None, firm):
        return _doubt(
            _("a contact called {name} belongs to another organisation: give an address").format(name=entry.name)
        )
    return _changed_contact(entry, known, firm, making)


def _changed_contact(entry: Entry, known: Known, firm: int | None, making: str) -> Plan:
    """Add what the line knows more; what somebody wrote before stays."""
    fields: dict[str, Any] = {}
    had = {address_key(address) for address in known.addresses}
    more = [address for address in entry.addresses if address_key(address) not in had]
    if len(had) + len(more) > MOST_ADDRESSES:
        return _doubt(_("{name} would have more than {most} addresses").format(name=known.name, most=MOST_ADDRESSES))
    if more:
        fields["addresses"] = [*known.addresses, *more]
    if address_key(known.name) in had and entry.name not in (known.name, *entry.addresses):
        fields["name"] = entry.name
    wants_firm = known.organization_id is None and (firm is not None or bool(making))
    if wants_firm and firm is not None:
        fields["organization_id"] = firm
    if not fields and not (wants_firm and making):
        return Plan(outcome=Outcome.SAME, target=known)
    return Plan(outcome=Outcome.CHANGED, target=known, fields=fields, organization=making if wants_firm else "")


def _organization(entry: Entry, world: World) -> Plan:
    found = world.find("domain", entry.domains) or world.named(ORGANIZATION, entry.name)
    if len(found) > 1:
        return _doubt(_("{count} organisations fit this line: which of them is meant?").format(count=len(found)))
    if not found:
        return Plan(outcome=Outcome.NEW, fields={"name": entry.name, "domains": list(entry.domains)})
    known = found[0]
    more = [domain for domain in entry.domains if domain not in known.domains]
    if not more:
        return Plan(outcome=Outcome.SAME, target=known)
    if len(known.domains) + len(more) > MOST_ADDRESSES:
        return _doubt(_("{name} would have more than {most} domains").format(name=known.name, most=MOST_ADDRESSES))
    return Plan(outcome=Outcome.CHANGED, target=known, fields={"domains": [*known.domains, *more]})


def _deal(entry: Entry, world: World, firm: int | None) -> Plan:
    contacts: list[int] = []
    strangers: list[str] = []
    for address in entry.addresses:
        holders = world.find("address", [address_key(address)])
        if len(holders) > 1:
            return _doubt(
                _("{count} contacts have the address {address}: which of them is meant?").format(
                    count=len(holders), address=address
                )
            )
        if holders:
            contacts.append(holders[0].id)
        else:
            strangers.append(address)
    found = [known for known in world.named(DEAL, entry.name) if known.organization_id in (None, firm) or not firm]
    if len(found) > 1:
        return _doubt(
            _("there are {count} deals called {name}: which of them is meant?").format(
                count=len(found), name=entry.name
            )
        )
    said = {
        name: value
        for name, value in (("status", entry.status), ("value", entry.value), ("currency", entry.currency))
        if value is not None
    }
    making = entry.organization if firm is None else ""
    if not found:
        fields = {"title": entry.name, "contact_ids": contacts, "organization_id": firm, **said}
        return Plan(outcome=Outcome.NEW, fields=fields, organization=making, contacts=tuple(strangers))
    return _changed_deal(found[0], said, contacts, firm, making, tuple(strangers))


def _changed_deal(
    known: Known, said: dict[str, Any], contacts: list[int], firm: int | None, making: str, strangers: tuple[str, ...]
) -> Plan:
    fields = {name: value for name, value in said.items() if getattr(known, name) != value}
    more = [one for one in contacts if one not in known.contact_ids]
    if more or strangers:
        fields["contact_ids"] = [*known.contact_ids, *more]
    wants_firm = known.organization_id is None
    if wants_firm and firm is not None:
        fields["organization_id"] = firm
    making = making if wants_firm else ""
    if not fields and not making:
        return Plan(outcome=Outcome.SAME, target=known)
    return Plan(outcome=Outcome.CHANGED, target=known, fields=fields, organization=making, contacts=strangers)
