"""Fills an empty installation with the demo's world, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from accounts.founding import Founded, Founding, found_company
from accounts.passwords import hash_password, set_password_hash
from accounts.tokens import make_api_token
from accounts.users import UserMade, add_user, change_preferences
from cli.demo.world import DemoRecord, DemoUser, DemoWorld
from cli.opening import Opened
from cli.problem import Problem
from linking.record_fields import RecordType
from linking.record_view import RecordView
from linking.records import create_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Populated:
    """Where mail may go, and as whom one may look; records are found by their names, contacts by an address."""

    bcc_address: str
    personal_addresses: dict[str, str]
    tokens: dict[str, str]
    records: dict[str, RecordView]

    def destination(self, via: str, author: str) -> str:
        """Answer the address that `via` of a letter means."""
        if via == "personal":
            return self.personal_addresses[author]
        return self.records[via].bcc_address if via in self.records else self.bcc_address


@dataclass(frozen=True, slots=True)
class _Filling:
    session: Session
    world: DemoWorld
    now: datetime
    mail_domain: str
    users: dict[str, UserMade]

    def record(self, owner: str, kind: RecordType, fields: dict[str, Any]) -> RecordView:
        return create_record(self.session, self.users[owner].viewer, kind, fields, self.now, self.mail_domain)


def populate(at: Opened, world: DemoWorld) -> Populated:
    """Make company, users and records; raise Problem where there is a company already."""
    if at.is_populated():
        raise Problem(f"{at.settings.data_dir} holds an installation already; --keep wants a new directory")
    password_hash, mail_domain = hash_password(world.password), at.settings.mail_domain[0]
    with at.database.write() as session:
        now = at.database.now(session)
        first = world.users[0]
        wish = Founding(company=world.company, domains=(world.domain,), email=first.email, name=first.name)
        founded = found_company(session, wish, now, mail_domain)
        users = {first.key: founded.admin}
        filling = _Filling(session, world, now, mail_domain, users)
        for one in world.users:
            if one.key not in users:
                users[one.key] = _user(filling, founded, one)
            change_preferences(session, users[one.key].viewer, one.preferences)
            # One hash for all of them: the password is the same, and printed.
            set_password_hash(session, founded.company_id, users[one.key].user_id, password_hash)
        tokens = {key: make_api_token(session, user.viewer, "demo", now) for key, user in users.items()}
        records = _records(filling)
    return Populated(
        bcc_address=founded.bcc_address,
        personal_addresses={key: user.personal_bcc_address for key, user in users.items()},
        tokens=tokens,
        records=records,
    )


def _user(filling: _Filling, founded: Founded, one: DemoUser) -> UserMade:
    return add_user(
        filling.session,
        founded.company_id,
        one.email,
        one.name,
        one.role,
        filling.now,
        filling.mail_domain,
        by=founded.admin.viewer,
    )


def _records(filling: _Filling) -> dict[str, RecordView]:
    """Answer every record by its name; contacts by their address as well."""
    made: dict[str, RecordView] = {}
    for organization in filling.world.organizations:
        fields: dict[str, Any] = {"name": organization.name, "domains": [organization.domain]}
        made[organization.name] = house = filling.record(organization.owner, RecordType.ORGANIZATION, fields)
        for address, name in organization.people.items():
            person = {"name": name, "addresses": [address], "organization_id": house.id}
            made[address] = filling.record(organization.owner, RecordType.CONTACT, person)
    for record in filling.world.records:
        made[record.title] = filling.record(record.owner, record.type, _fields(record, made))
    return made


def _fields(record: DemoRecord, made: dict[str, RecordView]) -> dict[str, Any]:
    fields = {"title": record.title, "contact_ids": [made[one].id for one in record.contacts], **record.fields}
    if record.organization:
        fields["organization_id"] = made[record.organization].id
    return fields
