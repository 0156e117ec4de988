"""The kinds of value a setting takes: each is checked and brought into one form when it is read.

A kind raises ValueError with the reason; `config.settings.load` puts the setting's name in front.
The reason never repeats a value that may hold a password.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import idna
from pydantic import AfterValidator, BeforeValidator

from config.listen import join_port, parse_listen, split_port

OFF: Final = "off"
DNS_PORT: Final = 53
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_DOMAIN_LIMIT: Final = 253
_DATABASES: Final = ("postgresql", "postgres", "postgresql+psycopg", "sqlite")
_SMARTHOSTS: Final = ("smtp", "smtps", "smtp+starttls")
DIRECT: Final = "mx"
"""In the place of a smarthost: mail goes to the servers of each recipient's domain."""

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _listed(value: object) -> object:
    """Take `a,b` as well as a TOML array; `off` is the empty list."""
    if isinstance(value, str):
        parts = tuple(part.strip() for part in value.split(",") if part.strip())
        return () if parts == (OFF,) else parts
    return tuple(value) if isinstance(value, list) else value


def _lowered(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _or_off(value: object) -> object:
    return "" if value == OFF else value


def parse_domain(text: str) -> str:
    """Answer the domain in lower case and A-labels (RFC 5890); raise ValueError where it is none."""
    try:
        name = text.lower() if text.isascii() else idna.encode(text, uts46=True).decode("ascii")
    except idna.IDNAError:
        name = ""
    name = name.removesuffix(".")
    if not name or len(name) > _DOMAIN_LIMIT or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise ValueError(f"'{text}' is not a domain")
    return name


def parse_network(text: str) -> Network:
    """Answer the network of a CIDR or of a single address; raise ValueError where it is none."""
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        raise ValueError(f"'{text}' is not an address or a network like 192.0.2.0/24") from None


def split_trusted(text: str) -> tuple[Network, str]:
    """Split `CIDR[=authserv-id]`; the id is empty where none is given."""
    network, _, authserv_id = text.partition("=")
    return parse_network(network), authserv_id.strip()


def _dns_server(text: str) -> str:
    host, port = split_port(text, default=DNS_PORT)
    try:
        return join_port(str(ipaddress.ip_address(host)), port)
    except ValueError:
        raise ValueError(f"'{text}' is not ip:port") from None


def _trusted(text: str) -> str:
    network, authserv_id = split_trusted(text)
    return f"{network}={authserv_id}" if authserv_id else str(network)


def _url(text: str, schemes: tuple[str, ...], *, needs_host: bool = True) -> str:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError("the address cannot be read") from None
    if parts.scheme not in schemes or (needs_host and not parts.hostname):
        raise ValueError(f"the address must begin with {' or '.join(f'{scheme}://' for scheme in schemes)} and a host")
    return text


def _database_url(text: str) -> str:
    return _url(text, _DATABASES, needs_host=False) if text else ""


def _blob_url(text: str) -> str:
    return text if not text or text.startswith("file:") else _url(text, ("s3",))


def _scanner_url(text: str) -> str:
    parts = urlsplit(text)
    is_path = parts.scheme == "unix" and parts.path.startswith("/")
    if text and not is_path and not (parts.scheme in ("tcp", "http") and parts.hostname):
        raise ValueError("must be tcp://host:port or unix:/path of clamd, or http://host:port of rspamd")
    return text


def _smarthost_url(text: str) -> str:
    return text if text in ("", DIRECT) else _url(text, _SMARTHOSTS)


def _base_url(text: str) -> str:
    parts = urlsplit(_url(text, ("http", "https")))
    if parts.query or parts.fragment or parts.username:
        raise ValueError("the address may have neither a user, nor a query, nor a fragment")
    return text.rstrip("/")


def _host_name(text: str) -> str:
    return parse_domain(text) if text else ""


def _some_domains(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise ValueError("at least one domain is needed")
    return tuple(parse_domain(value) for value in values)


Listed = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Listeners = Annotated[Listed, AfterValidator(lambda values: tuple(str(parse_listen(value)) for value in values))]
ListenersOrPaths = Annotated[
    Listed, AfterValidator(lambda values: tuple(str(parse_listen(value, may_be_path=True)) for value in values))
]
DnsServers = Annotated[Listed, AfterValidator(lambda values: tuple(_dns_server(value) for value in values))]
Networks = Annotated[Listed, AfterValidator(lambda values: tuple(str(parse_network(value)) for value in values))]
TrustedNetworks = Annotated[Listed, AfterValidator(lambda values: tuple(_trusted(value) for value in values))]
Domains = Annotated[Listed, AfterValidator(lambda values: tuple(parse_domain(value) for value in values))]
SomeDomains = Annotated[Listed, AfterValidator(_some_domains)]
HostName = Annotated[str, AfterValidator(_host_name)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
BlobUrl = Annotated[str, AfterValidator(_blob_url)]
SmarthostUrl = Annotated[str, BeforeValidator(_or_off), AfterValidator(_smarthost_url)]
ScannerUrl = Annotated[str, BeforeValidator(_or_off), AfterValidator(_scanner_url)]
MaybeOff = Annotated[str, BeforeValidator(_or_off)]
LogLevel = Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lowered)]
