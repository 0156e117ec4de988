"""How mail leaves the house: through the operator's smarthost, or directly to the hosts of each domain."""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from config.kinds import DIRECT
from config.settings import Settings
from mail.address import domain_of
from net.guard import Destination, Guard, HostRefused
from net.resolver import LookupFailed, Resolver
from outbox.exchangers import NoMail, find_exchangers
from outbox.outcome import Fate, Outcome, clean, read_answer
from outbox.server import Letter, Security, Server, hand_over
from outbox.smarthost import Smarthost, parse_smarthost
from outbox.transport import OutcomeUnknown

SMTP_PORT: Final = 25
LOOKUP_SECONDS: Final = 20.0
NOT_REACHED: Final = "could not be reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """At most so many connections to one destination at once, and so many mails begun in a minute."""

    connections: int
    a_minute: int


class Route(Protocol):
    """A way out."""

    @property
    def limits(self) -> Limits:
        """How much of it one destination gets."""
        ...

    def destination(self, domain: str) -> str:
        """Answer the name under which limits to the mail of a recipient's domain are kept."""
        ...

    def deliver(self, letter: Letter) -> Outcome:
        """Hand the letter over, or say why not; raises what `letter.before_dot` raises."""
        ...


@dataclass(frozen=True, slots=True)
class ThroughSmarthost:
    """One server for all; its own queue keeps the limits of the domains behind it."""

    smarthost: Smarthost
    helo: str
    trust: ssl.SSLContext | None = None
    # A server of our own or of a provider: it is there for it, and slows us down by itself.
    limits: Limits = Limits(connections=5, a_minute=600)

    def destination(self, domain: str) -> str:
        """Answer the smarthost's name."""
        return self.smarthost.name

    def deliver(self, letter: Letter) -> Outcome:
        """Hand the letter over to it."""
        return _hand_over(letter, self.smarthost.server(self.trust), self.smarthost.name, self.helo)


@dataclass(frozen=True, slots=True)
class Direct:
    """The hosts of the recipient's domain, each by the guard: who owns a domain names any address he likes."""

    guard: Guard
    resolver: Resolver
    helo: str
    port: int = SMTP_PORT
    chance: Callable[[], float] = random.random
    # What a small sender may without being taken for a bad one: large receivers count connections and mails of an
    # address that they hardly know, and tell it with 421 and 4.7.x to slow down.
    limits: Limits = Limits(connections=2, a_minute=60)

    def destination(self, domain: str) -> str:
        """Answer the domain."""
        return domain

    def deliver(self, letter: Letter) -> Outcome:
        """Try the hosts in order; who answers about the mail has decided."""
        domain = domain_of(letter.forward_path)
        try:
            hosts = find_exchangers(domain, self.resolver, self.chance)
        except NoMail as none:
            return Outcome(fate=Fate.FAILED, host=domain, reply=str(none))
        except LookupFailed:
            return Outcome(fate=Fate.DEFERRED, host=domain, reply="4.4.3 Its mail servers could not be looked up")
        outcome = Outcome(fate=Fate.DEFERRED, host=domain, reply=NOT_REACHED)
        for host in hosts:
            outcome = self._try(letter, host)
            if outcome.fate is not Fate.DEFERRED or outcome.judged or outcome.slow_down:
                break
        return outcome

    def _try(self, letter: Letter, host: str) -> Outcome:
        try:
            place = self.guard.find(
                host, self.port, public_ports={SMTP_PORT}, ends_at=time.monotonic() + LOOKUP_SECONDS
            )
        except HostRefused:
            return Outcome(fate=Fate.DEFERRED, host=host, reply="4.4.4 There is no such host, or it may not be reached")
        except LookupFailed:
            return Outcome(fate=Fate.DEFERRED, host=host, reply="4.4.3 Its address could not be looked up")
        return _hand_over(letter, _at(place), host, self.helo)


def route_of(settings: Settings, resolver: Resolver) -> Route | None:
    """Answer the way out that the operator chose, None where sending is off."""
    if not settings.smarthost_url:
        return None
    if settings.smarthost_url == DIRECT:
        return Direct(Guard(resolver, settings.opened_networks), resolver, settings.own_name)
    return ThroughSmarthost(parse_smarthost(settings.smarthost_url), settings.own_name)


def _at(place: Destination) -> Server:
    return Server(host=place.host, connect=place.connect, security=Security.OPPORTUNISTIC)


def _hand_over(letter: Letter, server: Server, name: str, helo: str) -> Outcome:
    try:
        return read_answer(hand_over(letter, server, helo=helo), name)
    except OutcomeUnknown:
        return Outcome(fate=Fate.UNKNOWN, host=name, reply="The connection broke after the last dot")
    except OSError as broken:
        return Outcome(fate=Fate.DEFERRED, host=name, reply=clean(f"{NOT_REACHED}: {broken}"))
