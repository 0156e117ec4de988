"""What the columns of other programs' exports are called, in several languages, and what they say about a record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from linking.importing_words import WORDS
from linking.record_fields import RecordType

EMAIL: Final = re.compile(
    r"(?:persons?|people|contacts?|primary|work|home|business|company|other|additional|kontakt|geschaftlich|privat)*"
    r"(?:e?mail|correo(?:electronico)?|courriel|postaelettronica|epost|adresemail|メール|邮箱|电子邮件)s?\d*"
    r"(?:address(?:es)?|adresse?n?|adres|indirizzo|direccion|value|values|work|home|other|アドレス|s)*"
)
NOT_AN_ADDRESS: Final = ("label", "type", "displayname", "anzeigename", "optin", "optout", "status", "count")
_NOISE: Final = re.compile(r"[\W_]+")
_MARKS: Final = str.maketrans(
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿłśżźćńęąčďěňřšťůžőű", "aaaaaaaceeeeiiiinoooooouuuuyylszzcneacdenrstuzou"
)


class Kind(StrEnum):
    """What the lines of a file are."""

    CONTACTS = "contacts"
    ORGANIZATIONS = "organizations"
    DEALS = "deals"

    @property
    def record_type(self) -> RecordType:
        """Answer the type of record that a line becomes."""
        return RecordType(self.removesuffix("s"))


class Field(StrEnum):
    """What a column may say; several columns may be `addresses`. `stage`: won and lost count, all else is open."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    ADDRESSES = "addresses"
    ORGANIZATION = "organization"
    DOMAINS = "domains"
    TITLE = "title"
    STATUS = "status"
    STAGE = "stage"
    VALUE = "value"
    CURRENCY = "currency"


FIELDS: Final = {
    Kind.CONTACTS: (Field.NAME, Field.FIRST_NAME, Field.LAST_NAME, Field.ADDRESSES, Field.ORGANIZATION),
    Kind.ORGANIZATIONS: (Field.NAME, Field.DOMAINS),
    Kind.DEALS: (
        Field.TITLE,
        Field.STATUS,
        Field.STAGE,
        Field.VALUE,
        Field.CURRENCY,
        Field.ADDRESSES,
        Field.ORGANIZATION,
    ),
}
"""The fields that each kind of line has; of a deal, `addresses` are those of its contacts."""
SEVERAL: Final = frozenset({Field.ADDRESSES, Field.DOMAINS})
_BY_WORD: Final = {
    (kind, word): Field(field)
    for kind, fields in WORDS.items()
    for field, words in fields.items()
    for word in words.split()
}
_ALL_WORDS: Final = frozenset(word for _, word in _BY_WORD)


def normalised(name: str) -> str:
    """Answer a column's name in small letters without accents, spaces and signs."""
    return _NOISE.sub("", name[:200].lower().replace("ß", "ss").translate(_MARKS))


def is_known(name: str) -> bool:
    """Tell whether this is a column's name that some program gives."""
    word = normalised(name)
    return word in _ALL_WORDS or _is_email(word)


def find_field(kind: Kind, name: str) -> Field | None:
    """Answer what a column of this name says about a record of this kind; None where nothing we keep."""
    word = normalised(name)
    if (found := _BY_WORD.get((kind, word))) is not None:
        return found
    return Field.ADDRESSES if Field.ADDRESSES in FIELDS[kind] and _is_email(word) else None


def find_kind(header: Sequence[str]) -> Kind:
    """Answer what the lines most likely are, by the names of the columns."""
    return max(Kind, key=lambda kind: _telling(kind, header))


def _telling(kind: Kind, header: Sequence[str]) -> int:
    """Count the fields, weighing most those that no other kind has."""
    found = {find_field(kind, name) for name in header} - {None}
    telling = {
        Kind.CONTACTS: {Field.FIRST_NAME, Field.LAST_NAME, Field.ADDRESSES},
        Kind.ORGANIZATIONS: {Field.DOMAINS},
        Kind.DEALS: {Field.VALUE, Field.STATUS, Field.STAGE},
    }[kind]
    return len(found) + 2 * len(found & telling)


def _is_email(word: str) -> bool:
    return not word.endswith(NOT_AN_ADDRESS) and EMAIL.fullmatch(word) is not None
