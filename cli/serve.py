"""`smartbcc serve`: all roles in one process group, forked from one preloaded parent."""

from __future__ import annotations

import click

from accounts.setup_links import make_setup_link
from cli.opening import Opened, opened, read_settings
from cli.supervisor import Child, Ready, Supervisor
from cli.thinker import run_worker
from config.settings import Settings
from smtpd.role import run_receiver, shared_listeners
from webui.role import run_web


@click.command()
@click.pass_context
def serve(ctx: click.Context) -> None:
    """Run receiver, worker and web; the importer joins when it is there."""
    settings = read_settings(ctx)
    with opened(settings, migrate=True) as at:  # closed again at once: nothing of a database may cross a fork
        link = _setup_link(at)
    Supervisor(_children(settings), lambda: _announce(settings, link)).run()


def _children(settings: Settings) -> list[Child]:
    shared = shared_listeners(settings)

    def receive(ready: Ready) -> None:
        run_receiver(settings, ready=ready, inherited=shared)

    def think(ready: Ready) -> None:
        run_worker(settings, ready=ready)

    def show(ready: Ready) -> None:
        run_web(settings, ready=ready, probed=(*settings.smtp_listeners, *settings.submission_listeners))

    return [
        *(Child(f"smtpd-{number}", receive, reloads=True) for number in range(settings.smtp_processes)),
        *(Child(f"worker-{number}", think) for number in range(settings.workers)),
        Child("web", show),
    ]


def _setup_link(at: Opened) -> str | None:
    """Answer the link that sets up an empty installation; None where there is a company."""
    if at.is_populated():
        return None
    with at.database.write() as session:
        secret = make_setup_link(session, at.database.now(session))
    return f"{at.settings.base_url.rstrip('/')}/setup/{secret}" if secret else None


def _announce(settings: Settings, link: str | None) -> None:
    """Say it on the terminal, not in the log: the link is a secret."""
    click.echo(f"smartbcc is ready: mail on {', '.join(settings.smtp_listen)}, pages at {settings.base_url}", err=True)
    if link:
        click.echo(
            f"\nNobody is here yet. Open this link in a browser to set smartbcc up; it works once, for a day:\n\n"
            f"    {link}\n",
            err=True,
        )
