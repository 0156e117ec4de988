"""One frozen Settings: one field is one documented option (INTERFACE 3).

`load(environ, file)` reads one TOML file, overridden by environment variables SMARTBCC_<NAME>;
secrets also as SMARTBCC_<NAME>_FILE. A wrong or unknown setting raises SettingsError, whose
text names the setting and the reason.
"""

from __future__ import annotations

import socket
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

PREFIX: Final = "SMARTBCC_"
SECRETS: Final = frozenset({"database_url", "smarthost_url", "blob_url", "scanner_url"})
NOT_YET: Final = frozenset(
    {
        "blob_url",
        "lmtp_listen",
        "submission_listen",
        "smarthost_url",
        "trusted_mtas",
        "trusted_proxies",
        "trusted_sealers",
        "allow_inner_hosts",
        "scanner_url",
    }
)
"""Accepted already, without effect so far; `config show` says so."""
NOT_OPTIONS: Final = frozenset({"SMARTBCC_CONFIG"})


class SettingsError(Exception):
    """A setting is wrong or unknown; the text is one sentence for the operator."""


def _listed(value: object) -> object:
    """Take `a,b` as well as a TOML array."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(value) if isinstance(value, list) else value


Listed = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Settings(BaseModel):
    """What the operator decides; names as in INTERFACE 3, in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Path("data")
    database_url: str = ""
    blob_url: str = ""
    hostname: str = ""
    smtp_listen: Listed = ("127.0.0.1:2525",)
    lmtp_listen: Listed = ()
    submission_listen: Listed = ()
    smtp_processes: int = Field(default=1, ge=1, le=64)
    workers: int = Field(default=1, ge=1, le=64)
    web_listen: Listed = ("127.0.0.1:8080",)
    metrics_listen: Listed = ("127.0.0.1:8081",)
    base_url: str = "http://127.0.0.1:8080"
    mail_domain: Listed = ("bcc.localhost",)
    dns_servers: Listed = ()
    smarthost_url: str = ""
    tls_cert: str = ""
    tls_key: str = ""
    message_size_limit: int = Field(default=26_214_400, ge=1024)
    trusted_mtas: Listed = ()
    trusted_proxies: Listed = ()
    trusted_sealers: Listed = ()
    limit_connections_per_network: int = Field(default=50, ge=1)
    limit_rcpt_unknown_per_session: int = Field(default=3, ge=1)
    greeting_delay: float = Field(default=0, ge=0, le=60)
    command_seconds: int = Field(default=60, ge=1)
    session_seconds: int = Field(default=1200, ge=1)
    allow_inner_hosts: Listed = ()
    scanner_url: str = ""
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if bool(self.tls_cert) != bool(self.tls_key):
            raise ValueError("tls_cert and tls_key are set together or not at all")
        return self

    @property
    def own_name(self) -> str:
        """Answer the configured host name, or the machine's."""
        return self.hostname or socket.getfqdn()

    @property
    def sqlalchemy_url(self) -> str:
        """Answer the address that SQLAlchemy takes, with psycopg as the driver."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir.absolute() / 'smartbcc.sqlite3'}"
        for scheme in ("postgresql://", "postgres://"):
            if self.database_url.startswith(scheme):
                return "postgresql+psycopg://" + self.database_url[len(scheme) :]
        return self.database_url


def load(environ: Mapping[str, str], file: Path | None = None) -> Settings:
    """Read the file, then the environment over it; raise SettingsError where one is wrong."""
    chosen = file or (Path(environ["SMARTBCC_CONFIG"]) if environ.get("SMARTBCC_CONFIG") else None)
    values = _from_file(chosen) | _from_environment(environ)
    try:
        return Settings(**values)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = ".".join(str(part) for part in first["loc"][:1]).upper() or "settings"
        raise SettingsError(f"{name}: {first['msg']}") from None


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise SettingsError(f"the settings file {path} cannot be read: {wrong}") from None
    values = {name.lower(): value for name, value in content.items()}
    _refuse_unknown(values)
    return values


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for variable, value in environ.items():
        if not variable.startswith(PREFIX) or variable in NOT_OPTIONS:
            continue
        name = variable[len(PREFIX) :].lower()
        if name.endswith("_file") and name.removesuffix("_file") in SECRETS:
            name, value = name.removesuffix("_file"), _secret(variable, value)
        values[name] = value
    _refuse_unknown(values)
    return values


def _secret(variable: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise SettingsError(f"{variable}: the file cannot be read: {wrong}") from None


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    unknown = sorted(set(values) - set(Settings.model_fields))
    if unknown:
        raise SettingsError(f"{unknown[0].upper()}: there is no such setting")
