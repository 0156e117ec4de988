"""BccAddresses: make one, look one up.

A local part is a readable word and 128 bits of chance (RULES R12): it routes, it proves nothing.
Its letters survive case-folding and a phone's keyboard, and none looks like another.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, insert, or_, select
from sqlalchemy.orm import Session

from accounts.viewer import Role
from db.base import UtcDateTime
from db.ids import new_id
from db.models import BccAddress, DirectoryAddress, Leaver, User
from mail.address import address_key

ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""No i, l, o, 0, 1."""
SECRET_LETTERS: Final = 26
"""26 letters of 31 carry 128.8 bits (SECURITY S8)."""
LONGEST_PREFIX: Final = 20
Taking = Select[int, int, str, int | None, int | None, str, datetime | None, int | None, dict[str, Any] | None]


def _taking_mail(in_grace: ColumnElement[bool], left_lately: ColumnElement[bool]) -> Taking:
    """Ask for an address that is active, or was replaced and is in its grace (RULES R12).

    That of a user who has left takes mail for his successor, as long as the grace lasts (RULES R55).
    """
    able = User.role != Role.READ_ONLY
    return (
        select(
            BccAddress.company_id,
            BccAddress.id,
            BccAddress.kind,
            BccAddress.user_id,
            BccAddress.record_id,
            BccAddress.address,
            BccAddress.retired_at,
            Leaver.successor_id,
            User.preferences,
        )
        .join(
            DirectoryAddress,
            and_(
                DirectoryAddress.company_id == BccAddress.company_id, DirectoryAddress.bcc_address_id == BccAddress.id
            ),
        )
        .outerjoin(User, and_(User.company_id == BccAddress.company_id, User.id == BccAddress.user_id))
        .outerjoin(Leaver, and_(Leaver.company_id == BccAddress.company_id, Leaver.user_id == BccAddress.user_id))
        .where(
            DirectoryAddress.address_key == bindparam("key"),
            or_(BccAddress.state == "active", in_grace),
            or_(BccAddress.user_id.is_(None), and_(able, or_(User.state == "active", left_lately))),
        )
    )


# Asked for every mail: made once, because making a statement takes longer than its answer.
_TAKING_MAIL_NOW: Final = _taking_mail(
    and_(BccAddress.state == "grace", BccAddress.grace_until > func.current_timestamp()),
    Leaver.grace_until > func.current_timestamp(),
)
_at: Final = bindparam("at", type_=UtcDateTime)
_TAKING_MAIL_THEN: Final = _taking_mail(BccAddress.grace_until > _at, Leaver.grace_until > _at)
_OWN_KEYS: Final = select(DirectoryAddress.address_key).where(
    DirectoryAddress.company_id == bindparam("company_id"),
    DirectoryAddress.address_key.in_(bindparam("keys", expanding=True)),
)


class AddressKind(StrEnum):
    """Whose mail an address takes: the company's, one user's, one record's, what its server copies (RULES R56).

    The robot's is no row (RULES R51), nor are the return addresses of our outbox (R8a).
    """

    UNIVERSAL = "universal"
    PERSONAL = "personal"
    RECORD = "record"
    GATEWAY = "gateway"
    ROBOT = "robot"
    RETURN = "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A forward-path of ours; `user_id` of a personal, `record_id` of a record address.

    `retired_at`: since when another stands in its place; it works on for its grace. `successor_id`: its
    user has left, and mail to it is held for this one. `forwards_here`: its user's mailbox forwards to it (R8a).
    """

    company_id: int
    bcc_address_id: int
    kind: AddressKind
    user_id: int | None
    record_id: int | None
    address: str
    retired_at: datetime | None = None
    successor_id: int | None = None
    forwards_here: bool = False

    def was_old(self, at: datetime) -> bool:
        """Tell whether it was replaced before that moment."""
        return self.retired_at is not None and self.retired_at <= at


def readable_prefix(word: str, otherwise: str) -> str:
    """Answer the plain letters and digits of a word for the front of a local part."""
    plain = "".join(letter for letter in word.lower() if letter.isascii() and letter.isalnum())
    return plain[:LONGEST_PREFIX] or otherwise


def new_local_part(prefix: str) -> str:
    """Make a local part that nobody guesses."""
    return f"{prefix}-{''.join(secrets.choice(ALPHABET) for _ in range(SECRET_LETTERS))}"


def make_address(
    session: Session,
    company_id: int,
    kind: AddressKind,
    prefix: str,
    mail_domain: str,
    now: datetime,
    *,
    user_id: int | None = None,
    record_id: int | None = None,
) -> str:
    """Make an address that works at once, and answer it."""
    address = f"{new_local_part(prefix)}@{mail_domain}"
    made_id = new_id(session)
    session.execute(
        insert(BccAddress).values(
            company_id=company_id,
            id=made_id,
            kind=kind,
            address=address,
            user_id=user_id,
            record_id=record_id,
            state="active",
            created_at=now,
        )
    )
    session.execute(
        insert(DirectoryAddress).values(address_key=address_key(address), company_id=company_id, bcc_address_id=made_id)
    )
    return address


def find_recipient(session: Session, addr_spec: str, at: datetime | None = None) -> Recipient | None:
    """Answer whose address this is; None for an unknown one and for one that takes no mail.

    `at` asks how it stood at that moment, so that mail taken in time is worked on and replayed as such.
    A read-only or deactivated user has lost the address at once (RULES R11); what comes to that of one
    who has left is his successor's. One query, whatever
    the answer: the time tells a prober nothing (SECURITY S8).
    """
    key = {"key": address_key(addr_spec)}
    connection = session.connection()
    asked = connection.execute(_TAKING_MAIL_THEN, key | {"at": at}) if at else connection.execute(_TAKING_MAIL_NOW, key)
    found = asked.first()
    if found is None:
        return None
    return Recipient(
        company_id=found.company_id,
        bcc_address_id=found.id,
        kind=AddressKind(found.kind),
        user_id=found.user_id,
        record_id=found.record_id,
        address=found.address,
        retired_at=found.retired_at,
        successor_id=found.successor_id,
        forwards_here=bool((found.preferences or {}).get("forwards_here")),
    )


def address_of(
    session: Session, company_id: int, *, user_id: int | None = None, record_id: int | None = None
) -> str | None:
    """Answer the active address of a user, of a record, or else the company's universal one."""
    kind = AddressKind.PERSONAL if user_id else AddressKind.RECORD if record_id else AddressKind.UNIVERSAL
    query = select(BccAddress.address).where(
        BccAddress.company_id == company_id, BccAddress.kind == kind, BccAddress.state == "active"
    )
    if user_id:
        query = query.where(BccAddress.user_id == user_id)
    if record_id:
        query = query.where(BccAddress.record_id == record_id)
    return session.scalar(query.order_by(BccAddress.id.desc()).limit(1))


def own_address_keys(session: Session, company_id: int, keys: frozenset[str]) -> frozenset[str]:
    """Answer which of these address keys are forward-paths of this company, working or not."""
    if not keys:
        return frozenset()
    return frozenset(session.connection().scalars(_OWN_KEYS, {"company_id": company_id, "keys": list(keys)}))
