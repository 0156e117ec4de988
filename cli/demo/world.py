"""The demo's company as it stands in world.toml: its people, and whom they sell to."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

from linking.record_fields import RecordType


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoUser:
    """A user of the company; `key` is the local part of the login address."""

    key: str
    email: str
    name: str
    role: str
    preferences: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOrganization:
    """A customer, and who works there: name by address."""

    name: str
    domain: str
    owner: str
    people: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRecord:
    """A deal, lead or project; contacts by address, the organisation by name."""

    type: RecordType
    title: str
    owner: str
    contacts: tuple[str, ...]
    organization: str | None
    fields: dict[str, Any]


class DemoWorld:
    """Everything that is there before the first mail comes."""

    def __init__(self) -> None:
        self._data = read_data("world.toml")
        self.company: str = self._data["company"]
        self.domain: str = self._data["domain"]
        self.password: str = self._data["password"]

    @cached_property
    def users(self) -> tuple[DemoUser, ...]:
        """Answer the users, the admin first."""
        return tuple(DemoUser(email=f"{one['key']}@{self.domain}", **one) for one in self._data["users"])

    @cached_property
    def organizations(self) -> tuple[DemoOrganization, ...]:
        """Answer the organisations with their people."""
        return tuple(_organization(one) for one in self._data["organizations"])

    @cached_property
    def records(self) -> tuple[DemoRecord, ...]:
        """Answer deals, leads and projects."""
        kinds = (RecordType.DEAL, RecordType.LEAD, RecordType.PROJECT)
        return tuple(_record(kind, one) for kind in kinds for one in self._data[f"{kind}s"])

    @cached_property
    def names(self) -> dict[str, str]:
        """Answer everybody's name by address, users too."""
        people = {address: name for one in self.organizations for address, name in one.people.items()}
        return people | {one.email: one.name for one in self.users}

    def user(self, key: str) -> DemoUser:
        """Answer the user of that key; raise StopIteration for an unknown one."""
        return next(one for one in self.users if one.key == key)

    def address(self, word: str) -> str:
        """Answer an address as it stands, and a user's for a key."""
        return word if "@" in word else self.user(word).email


def read_data(name: str) -> dict[str, Any]:
    """Answer what a TOML file beside this one says."""
    return tomllib.loads(files("cli.demo").joinpath(name).read_text("utf-8"))


def _organization(given: dict[str, Any]) -> DemoOrganization:
    people = {f"{local}@{given['domain']}": name for local, name in given["contacts"].items()}
    return DemoOrganization(name=given["name"], domain=given["domain"], owner=given["owner"], people=people)


def _record(kind: RecordType, given: dict[str, Any]) -> DemoRecord:
    more: dict[str, Any] = {name: given[name] for name in ("value", "currency", "status") if name in given}
    return DemoRecord(
        type=kind,
        title=given["title"],
        owner=given["owner"],
        contacts=tuple(given["contacts"]),
        organization=given.get("organization"),
        fields=more,
    )
