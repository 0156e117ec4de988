"""What addresses are to a company: its users', its own forward-paths, or an outsider's (RULES R19)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from accounts.addresses import own_address_keys
from accounts.companies import internal_domains
from accounts.senders import colleagues_among
from linking.parties import Whose


class Belonging:
    """Answers within one transaction, and asks about each address once."""

    def __init__(self, session: Session, company_id: int) -> None:
        self._session = session
        self._company_id = company_id
        self._domains: frozenset[str] | None = None
        self._known: dict[str, Whose | None] = {}

    @property
    def domains(self) -> frozenset[str]:
        """Answer the company's own domains."""
        if self._domains is None:
            self._domains = internal_domains(self._session, self._company_id)
        return self._domains

    def whose(self, keys: Collection[str]) -> dict[str, Whose]:
        """Answer what these addresses are; an outsider's has no entry."""
        new = frozenset(keys) - self._known.keys()
        if new:
            self._known |= self._look_up(new)
        return {key: found for key in keys if (found := self._known[key]) is not None}

    def _look_up(self, keys: frozenset[str]) -> dict[str, Whose | None]:
        us = colleagues_among(self._session, self._company_id, keys)
        dropboxes = own_address_keys(self._session, self._company_id, keys)
        found: dict[str, Whose | None] = dict.fromkeys(keys)
        found |= dict.fromkeys((key for key in keys if key in us or key.rpartition("@")[2] in self.domains), Whose.US)
        return found | dict.fromkeys(dropboxes, Whose.DROPBOX)
