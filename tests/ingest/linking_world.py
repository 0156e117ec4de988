"""What exists before a letter of the linking table comes in, told in words.

"carl" is a contact, "customer.example" an organisation with that domain; "chairs: deal of carl" is an open one, and
"chairs: won deal of carl" a closed one. "otto's" before it makes it a colleague's own, which Rita may not see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from accounts.blocking import BlockScope, add_blocked
from linking.links import add_link
from tests.kit.thinking import NOW, Office

PEOPLE: Final = {
    "carl": ("carl@customer.example", "carl@home.example"),
    "dora": ("dora@customer.example",),
    "free": ("frida@gmail.com",),
}
_THING: Final = re.compile(
    r"(?P<hidden>otto's )?(?P<name>[\w.]+)(?:: (?:(?P<status>won|lost|done|archived|converted) )?"
    r"(?P<kind>deal|lead|project) of (?P<of>[\w.]+))?"
)


@dataclass
class LinkingWorld:
    """Rita's company with what a row says of it; `known` names each record."""

    office: Office
    known: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rita = self.office.user("rita@seller.example")
        self.otto = self.office.user("otto@seller.example")

    def fill(self, words: str) -> None:
        """Make what the words name."""
        for word in filter(None, words.split("; ")):
            found = _THING.fullmatch(word)
            assert found, word
            self._make(**found.groupdict())

    def block(self, domain: str, scope: str) -> None:
        """Block a domain: the company's list needs an admin."""
        admin = self.office.user("ada@seller.example", role="admin") if scope == "company" else self.rita
        with self.office.database.write() as session:
            add_blocked(session, admin.viewer, domain=domain, scope=BlockScope(scope), now=NOW)

    def link(self, message_id: int, name: str) -> None:
        """Link a letter by hand."""
        (copy,) = self.office.copies(message_id)
        with self.office.database.write() as session:
            add_link(session, self.rita.viewer, copy.message_id, self.kinds[name], self.known[name], NOW)

    def _make(self, name: str, hidden: str | None, status: str | None, kind: str | None, of: str | None) -> None:
        owner = self.otto if hidden else self.rita
        how: dict[str, Any] = {"visibility": "owner"} if hidden else {}
        if kind is None and "." in name:
            made = self.office.record(owner, "organization", name=name, domains=[name], **how)
        elif kind is None:
            made = self.office.record(owner, "contact", name=name.capitalize(), addresses=list(PEOPLE[name]), **how)
        else:
            through = {"organization_id": self.known[of or ""]} if "." in (of or "") else {}
            people = {} if through else {"contact_ids": [self.known[of or ""]]}
            made = self.office.record(owner, kind, title=name.capitalize(), **through, **people, **how)
        self.known[name] = int(made.id)
        self.addresses[name], self.kinds[name] = made.bcc_address, str(made.type)
        if status:
            self.office.change(int(made.id), status=status)
