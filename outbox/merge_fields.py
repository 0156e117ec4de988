"""Merge fields: `{{contact.name}}` in a template stands for a value of the letter that is written.

Declarative: a field is a name out of a list, and nothing is computed.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from languages.listing import listed
from languages.speech import _

_FIELD: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_LOOSE: Final = re.compile(r"\{\{|\}\}")


class MergeField(StrEnum):
    """What a template may name."""

    CONTACT_NAME = "contact.name"
    CONTACT_ADDRESS = "contact.address"
    ORGANIZATION_NAME = "organization.name"
    DEAL_TITLE = "deal.title"
    USER_NAME = "user.name"
    USER_EMAIL = "user.email"
    COMPANY_NAME = "company.name"


class FieldUnknown(Exception):
    """The text names what is no merge field, or has braces without a partner; the text is one sentence."""


def fields_of(*texts: str) -> tuple[MergeField, ...]:
    """Answer the fields that texts name, each once, in order; raise FieldUnknown."""
    found: dict[MergeField, None] = {}
    for text in texts:
        for name in _FIELD.findall(text):
            if name not in list(MergeField):
                raise FieldUnknown(
                    _("there is no merge field of that name; there are {fields}").format(
                        fields=listed(list(MergeField))
                    )
                )
            found[MergeField(name)] = None
        if _LOOSE.search(_FIELD.sub("", text)):
            raise FieldUnknown(_("a merge field is written {{contact.name}}: some braces have no partner"))
    return tuple(found)
