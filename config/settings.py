"""One frozen Settings: one field is one documented option (INTERFACE 3).

`load(environ, file)` reads one TOML file, overridden by environment variables SMARTBCC_<NAME>;
secrets also as SMARTBCC_<NAME>_FILE. A wrong or unknown setting raises SettingsError, whose
text names the setting and the reason.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from config.kinds import (
    BaseUrl,
    BlobUrl,
    DatabaseUrl,
    DnsServers,
    Domains,
    HostName,
    Listeners,
    ListenersOrPaths,
    LogLevel,
    MaybeOff,
    Network,
    Networks,
    ScannerUrl,
    SmarthostUrl,
    SomeDomains,
    TrustedNetworks,
    parse_network,
    split_trusted,
)
from config.listen import Listen, parse_listen
from config.mask import masked
from config.sources import CONFIG_VARIABLE, SettingsError, Source, gather
from languages.speech import _

__all__ = ["NOT_YET", "SECRETS", "Row", "Settings", "SettingsError", "describe", "load"]

SECRETS: Final = frozenset({"database_url", "blob_url", "smarthost_url", "scanner_url"})
NOT_YET: Final = frozenset({"blob_url"})
"""Accepted already, without effect so far; `config show` says so."""


class Settings(BaseModel):
    """What the operator decides; names as in INTERFACE 3, in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    data_dir: Path = Field(Path("data"), description="Database, blobs and the key file (0600, made at first start).")
    database_url: DatabaseUrl = Field(
        "", description="`postgresql://…` for several machines; empty: SQLite in the data directory."
    )
    blob_url: BlobUrl = Field("", description="`s3://bucket/prefix`; empty: files in the data directory.")
    hostname: HostName = Field(
        "",
        description="In the greeting, Received, Message-ID and as authserv-id; empty: the machine's own name. "
        "Required when SMTP_LISTEN is not loopback.",
    )
    smtp_listen: Listeners = Field(
        ("127.0.0.1:2525",), description="Where mail is received, `host:port`, comma-separated."
    )
    lmtp_listen: ListenersOrPaths = Field((), description="LMTP, `host:port` or the path of a UNIX socket; empty: off.")
    submission_listen: Listeners = Field(
        (),
        description="Authenticated submission with app passwords: port 465 begins with TLS, any other needs STARTTLS; "
        "empty: off. Needs TLS_CERT.",
    )
    smtp_processes: int = Field(1, ge=1, le=64, description="Receivers on this machine.")
    workers: int = Field(1, ge=1, le=64, description="Workers on this machine.")
    web_listen: Listeners = Field(("127.0.0.1:8080",), description="Pages and API.")
    metrics_listen: Listeners = Field(
        ("127.0.0.1:8081",),
        description="`/metrics` and `/readyz`; `serve` and `web` listen there, the other roles do not yet.",
    )
    base_url: BaseUrl = Field("http://127.0.0.1:8080", description="How links in mails and pages begin.")
    mail_domain: SomeDomains = Field(
        ("bcc.localhost",), description="Domains of the Bcc addresses; new addresses are made in the first."
    )
    dns_servers: DnsServers = Field(
        (), description="`ip:port,…` for every SPF, DKIM, DMARC and MX look-up; empty: the system's."
    )
    smarthost_url: SmarthostUrl = Field(
        "",
        description="`smtp://`, `smtps://` or `smtp+starttls://user:pass@host:port`; `mx`: directly to the servers of "
        "each recipient's domain; while off, outgoing mail waits.",
    )
    tls_cert: MaybeOff = Field("", description="Certificate chain (PEM) for STARTTLS; read again on SIGHUP.")
    tls_key: MaybeOff = Field("", description="Its private key (PEM).")
    message_size_limit: int = Field(26_214_400, ge=1, description="Octets of one mail.")
    trusted_mtas: TrustedNetworks = Field((), description="`CIDR[=authserv-id],…` of mail servers in front of us.")
    trusted_proxies: Networks = Field((), description="`CIDR,…` that may speak the PROXY protocol.")
    trusted_sealers: Domains = Field((), description="`domain,…` whose ARC seals count, exactly as in the seal's `d=`.")
    limit_connections_per_network: int = Field(
        50, ge=1, description="At once; trusted MTAs, loopback and authenticated submission are exempt."
    )
    limit_rcpt_unknown_per_session: int = Field(3, ge=1, description="Unknown recipients before a session ends.")
    greeting_delay: float = Field(0, ge=0, le=60, description="Seconds before the greeting, fractions allowed.")
    command_seconds: int = Field(60, ge=1, description="For one command.")
    session_seconds: int = Field(1200, ge=1, description="For one session.")
    allow_inner_hosts: Networks = Field((), description="`CIDR,…` that outgoing connections may reach all the same.")
    scanner_url: ScannerUrl = Field(
        "", description="`tcp://host:port` or `unix:/path` of clamd, or `http://host:port` of rspamd; empty: off."
    )
    log_format: Literal["console", "json"] = Field("console", description="`json` for machines.")
    log_level: LogLevel = Field("info", description="The least that is logged.")

    _sources: Mapping[str, Source] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if bool(self.tls_cert) != bool(self.tls_key):
            missing, given = ("TLS_KEY", "TLS_CERT") if self.tls_cert else ("TLS_CERT", "TLS_KEY")
            raise ValueError(f"{missing}: is missing while {given} is set")
        if not self.hostname and not all(listen.is_loopback for listen in self.smtp_listeners):
            raise ValueError("HOSTNAME: is required when SMTP_LISTEN is not loopback")
        if self.submission_listen and not self.tls_cert:
            raise ValueError("SUBMISSION_LISTEN: needs TLS_CERT and TLS_KEY, because passwords cross the wire")
        return self

    @property
    def own_name(self) -> str:
        """Answer the configured host name, or the machine's, without a look-up."""
        return self.hostname or socket.gethostname()

    @property
    def sqlite_file(self) -> Path:
        """Answer where the database lies while DATABASE_URL names no other."""
        return self.data_dir.absolute() / "smartbcc.sqlite3"

    @property
    def sqlalchemy_url(self) -> str:
        """Answer the address that SQLAlchemy takes, with psycopg as the driver."""
        if not self.database_url:
            return f"sqlite:///{self.sqlite_file}"
        for scheme in ("postgresql://", "postgres://"):
            if self.database_url.startswith(scheme):
                return "postgresql+psycopg://" + self.database_url[len(scheme) :]
        return self.database_url

    @property
    def smtp_listeners(self) -> tuple[Listen, ...]:
        """Answer SMTP_LISTEN in parts."""
        return tuple(parse_listen(text) for text in self.smtp_listen)

    @property
    def submission_listeners(self) -> tuple[Listen, ...]:
        """Answer SUBMISSION_LISTEN in parts."""
        return tuple(parse_listen(text) for text in self.submission_listen)

    @property
    def lmtp_listeners(self) -> tuple[Listen, ...]:
        """Answer LMTP_LISTEN in parts."""
        return tuple(parse_listen(text, may_be_path=True) for text in self.lmtp_listen)

    @property
    def web_listeners(self) -> tuple[Listen, ...]:
        """Answer WEB_LISTEN in parts."""
        return tuple(parse_listen(text) for text in self.web_listen)

    @property
    def metrics_listeners(self) -> tuple[Listen, ...]:
        """Answer METRICS_LISTEN in parts."""
        return tuple(parse_listen(text) for text in self.metrics_listen)

    @property
    def trusted_mta_networks(self) -> tuple[tuple[Network, str], ...]:
        """Answer TRUSTED_MTAS as networks, each with its authserv-id or an empty text."""
        return tuple(split_trusted(text) for text in self.trusted_mtas)

    @property
    def trusted_proxy_networks(self) -> tuple[Network, ...]:
        """Answer TRUSTED_PROXIES as networks."""
        return tuple(parse_network(text) for text in self.trusted_proxies)

    @property
    def opened_networks(self) -> tuple[Network, ...]:
        """Answer ALLOW_INNER_HOSTS as networks."""
        return tuple(parse_network(text) for text in self.allow_inner_hosts)

    def is_set(self, name: str) -> bool:
        """Answer whether the operator set it, be it to the default."""
        return name in self.model_fields_set

    def source_of(self, name: str) -> Source:
        """Answer where the value comes from."""
        return self._sources.get(name, Source.DEFAULT)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `config show`; secrets in `value` are masked."""

    name: str
    value: str
    source: Source
    note: str


def load(environ: Mapping[str, str], file: Path | None = None) -> Settings:
    """Read the file, then the environment over it; raise SettingsError where one is wrong or unknown."""
    chosen = file or (Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None)
    values, sources = gather(environ, chosen, known=frozenset(Settings.model_fields), secrets=SECRETS)
    try:
        settings = Settings(**values)
    except ValidationError as wrong:
        raise SettingsError(_sentence(wrong)) from None
    settings._sources = sources
    return settings


def describe(settings: Settings) -> list[Row]:
    """Answer every setting in force, in the order of the documentation."""
    return [
        Row(name.upper(), _shown(settings, name), settings.source_of(name), _note(settings, name))
        for name in Settings.model_fields
    ]


def _shown(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return masked(text) if name in SECRETS else text


def _note(settings: Settings, name: str) -> str:
    if name in NOT_YET:
        return _("not there yet: accepted, without effect")
    match name:
        case "hostname" if not settings.hostname:
            return _("the machine's: {name}").format(name=settings.own_name)
        case "database_url" if not settings.database_url:
            return _("SQLite in the data directory")
        case "dns_servers" if not settings.dns_servers:
            return _("the system's")
    return ""


def _sentence(wrong: ValidationError) -> str:
    """Answer `NAME: reason` of the first fault; a rule over several settings brings its name along."""
    first = wrong.errors(include_input=False, include_url=False)[0]
    reason = first["msg"].removeprefix("Value error, ")
    return f"{str(first['loc'][0]).upper()}: {reason}" if first["loc"] else reason
