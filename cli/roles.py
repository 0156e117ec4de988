"""One role each, any number on any number of machines: `smtpd`, `worker`, `imapsync`, `web`."""

from __future__ import annotations

import click

from cli.opening import opened, read_settings
from cli.problem import Problem
from config.settings import Settings


@click.command()
@click.pass_context
def smtpd(ctx: click.Context) -> None:
    """Receive mail."""
    settings = _ready_settings(ctx)
    from smtpd.role import run_receiver

    run_receiver(settings)


@click.command()
@click.pass_context
def worker(ctx: click.Context) -> None:
    """Think about stored mail."""
    settings = _ready_settings(ctx)
    from cli.thinker import run_worker

    run_worker(settings)


@click.command()
@click.pass_context
def web(ctx: click.Context) -> None:
    """Serve pages and the API."""
    settings = _ready_settings(ctx)
    from webui.role import run_web

    run_web(settings)


@click.command()
def imapsync() -> None:
    """Import mailboxes (not there yet)."""
    raise Problem("imapsync is not there yet")


def _ready_settings(ctx: click.Context) -> Settings:
    """Answer the settings once the schema is known to be current (INTERFACE 2)."""
    settings = read_settings(ctx)
    with opened(settings, migrate=False):
        return settings
