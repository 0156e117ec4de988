"""Results of commands: one JSON value on standard output, or lines for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON value on standard output.")


def show(values: Mapping[str, Any], *, as_json: bool) -> None:
    """Print the values as one JSON object, or a line each."""
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False))
        return
    width = max(len(name) for name in values)
    for name, value in values.items():
        if value is not None:
            click.echo(f"{name.replace('_', ' '):<{width}}  {value}")
