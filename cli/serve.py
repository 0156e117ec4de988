"""`smartbcc serve`: all roles in one process group, forked from one preloaded parent."""

from __future__ import annotations

import click

from cli.opening import opened, read_settings
from cli.supervisor import Child, Ready, Supervisor
from cli.thinker import run_worker
from config.settings import Settings
from smtpd.role import run_receiver
from webui.role import run_web


@click.command()
@click.pass_context
def serve(ctx: click.Context) -> None:
    """Run receiver, worker and web; the importer joins when it is there."""
    settings = read_settings(ctx)
    with opened(settings, migrate=True):
        pass  # closed again at once: nothing of a database may cross a fork
    Supervisor(_children(settings), lambda: _announce(settings)).run()


def _children(settings: Settings) -> list[Child]:
    def receive(ready: Ready) -> None:
        run_receiver(settings, ready=ready)

    def think(ready: Ready) -> None:
        run_worker(settings, ready=ready)

    def show(ready: Ready) -> None:
        run_web(settings, ready=ready, probed=settings.smtp_listeners)

    return [
        *(Child(f"smtpd-{number}", receive, reloads=True) for number in range(settings.smtp_processes)),
        *(Child(f"worker-{number}", think) for number in range(settings.workers)),
        Child("web", show),
    ]


def _announce(settings: Settings) -> None:
    click.echo(f"smartbcc is ready: mail on {', '.join(settings.smtp_listen)}, pages at {settings.base_url}", err=True)
