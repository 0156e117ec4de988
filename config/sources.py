"""Where settings come from: one TOML file, and the environment over it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

PREFIX: Final = "SMARTBCC_"
CONFIG_VARIABLE: Final = "SMARTBCC_CONFIG"


class SettingsError(Exception):
    """A setting is wrong or unknown; the text is one sentence for the operator."""


class Source(StrEnum):
    """Where the value of a setting comes from."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"


def gather(
    environ: Mapping[str, str], file: Path | None, *, known: frozenset[str], secrets: frozenset[str]
) -> tuple[dict[str, Any], dict[str, Source]]:
    """Answer the values as found and their sources, by lower-case name; raise SettingsError for unknown names."""
    from_file, from_environment = _from_file(file), _from_environment(environ, secrets)
    for values in (from_file, from_environment):
        if unknown := sorted(set(values) - known):
            raise SettingsError(f"{unknown[0].upper()}: there is no such setting")
    sources = dict.fromkeys(from_file, Source.FILE) | dict.fromkeys(from_environment, Source.ENVIRONMENT)
    return from_file | from_environment, sources


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise SettingsError(f"the settings file {path} cannot be read: {wrong}") from None
    for name, value in content.items():
        # No setting is true or false, and a number would take them for 1 and 0.
        if isinstance(value, bool):
            raise SettingsError(f"{name.upper()}: is true or false, which is no value of any setting")
    return {name.lower(): value for name, value in content.items()}


def _from_environment(environ: Mapping[str, str], secrets: frozenset[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for variable, value in environ.items():
        if not variable.startswith(PREFIX) or variable == CONFIG_VARIABLE:
            continue
        name = variable.removeprefix(PREFIX).lower()
        secret = name.removesuffix("_file")
        if secret != name and secret in secrets:
            if f"{PREFIX}{secret.upper()}" in environ:
                raise SettingsError(f"{secret.upper()}: is given twice, by itself and by {variable}")
            name, value = secret, _read_secret(variable, value)
        values[name] = value
    return values


def _read_secret(variable: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise SettingsError(f"{variable}: the file cannot be read: {wrong}") from None
