"""A problem that ends a command: one sentence on standard error, exit status 1 (INTERFACE 2)."""

from __future__ import annotations

import click


class Problem(click.ClickException):
    """What is wrong, in one sentence."""

    exit_code = 1

    def show(self, file: object = None) -> None:
        click.echo(f"smartbcc: {self.message}", err=True)
