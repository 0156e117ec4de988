"""A company whose users sign in at a provider on loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import IPv4Network
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pytest

from accounts.oidc_client import OidcClient
from accounts.oidc_flow import Flow, new_flow
from accounts.oidc_login import CameBack, Reception, SignInRefused, come_back
from accounts.passwords import set_password_hash
from accounts.sign_in_providers import Decided, ProviderView, get_provider, save_provider
from accounts.users import UserMade
from accounts.viewer import Viewer
from db.session import Database
from net.guard import Guard
from net.post import Poster
from net.resolver import DnsResolver
from net.sealed import Keys
from tests.kit.company import MAIL_DOMAIN, NOW, House, house_in
from tests.kit.oidc_provider import CLIENT, SECRET, OidcProvider, Person
from tests.kit.passwords import EMAIL, PASSWORD, quick_hash

KEYS: Final = Keys(root=b"r" * 32, ring={"a": b"k" * 32}, current="a")
BACK: Final = "http://127.0.0.1:1/login/back"


@dataclass(slots=True)
class Stage:
    """A company whose admin has set a provider up, and a browser that goes there."""

    database: Database
    house: House
    provider: OidcProvider
    reception: Reception
    told: list[tuple[Viewer, str]]

    def decide(self, **changes: Any) -> ProviderView:
        """Decide how the company signs in."""
        decided = Decided(
            label="Fir",
            issuer=self.provider.issuer,
            client_id=CLIENT,
            domains=("northwind.example",),
            active=True,
            only_way=False,
            makes_users=False,
            asks_second_step=False,
        )
        with self.database.write() as session:
            return save_provider(session, self.house.ada.viewer, KEYS, replace(decided, **changes), SECRET, NOW)

    def give_password(self, user: UserMade) -> None:
        """Let a user have chosen PASSWORD."""
        with self.database.write() as session:
            set_password_hash(session, user.company_id, user.user_id, quick_hash(PASSWORD))

    def go(self, ago: timedelta = timedelta(0)) -> tuple[Flow, CameBack]:
        """Go to the provider, and come back to our door."""
        with self.database.read() as session:
            found = get_provider(session, self.house.company_id)
            now = self.database.now(session) - ago
        assert found
        flow = new_flow(found.company_id, found.id, "/deals", now)
        address = flow.address(self.reception.client.metadata(self.provider.issuer), CLIENT, BACK)
        answer = self.reception.client.poster.ask("GET", address, largest=1000)
        assert answer.status == 302
        told = dict(parse_qsl(urlsplit(dict(answer.fields)["Location"]).query))
        return flow, CameBack(state=told["state"], code=told["code"], error="", issuer=told.get("iss", ""))

    def enter(self) -> Any:
        """Sign in."""
        return come_back(self.reception, *self.go())

    def refused(self, flow: Flow | None = None, brought: CameBack | None = None) -> str:
        """Answer the sentence by which a sign-in is refused."""
        given = (flow, brought) if brought else self.go()
        with pytest.raises(SignInRefused) as why:
            come_back(self.reception, *given)
        return str(why.value)


@contextmanager
def staged(database: Database) -> Iterator[Stage]:
    """Open a company, and a provider at which Anna has an account."""
    house = house_in(database)
    guard = Guard(DnsResolver(("127.0.0.1:1",)), (IPv4Network("127.0.0.0/8"),))
    told: list[tuple[Viewer, str]] = []
    with OidcProvider(Person("248", EMAIL)) as provider:
        reception = Reception(
            database=database,
            keys=KEYS,
            client=OidcClient(Poster(guard), time.monotonic),
            redirect_uri=BACK,
            mail_domain=MAIL_DOMAIN,
            peer="192.0.2.7",
            user_agent="browser",
            tell=lambda _session, viewer, label, _now: told.append((viewer, label)),
        )
        opened = Stage(database, house, provider, reception, told)
        opened.decide()
        yield opened
