"""`smartbcc`: the command line (INTERFACE 2). Commands are imported when they are called."""

from __future__ import annotations

import importlib
import keyword
from typing import Final

import click

COMMANDS: Final = {
    "serve": ("cli.serve", "All roles in one process group: receiver, worker, importer, web."),
    "smtpd": ("cli.roles", "The receiver alone."),
    "worker": ("cli.roles", "The worker alone."),
    "imapsync": ("cli.roles", "The mailbox importer alone."),
    "web": ("cli.roles", "Pages and API alone."),
    "migrate": ("cli.migrate", "Bring the database to the newest revision."),
    "setup": ("cli.setup", "Make a company, its first admin and its universal address."),
    "user": ("cli.user", "Add users."),
    "ingest": ("cli.ingest", "Take in .eml files, mbox files and Maildirs."),
    "import": ("cli.imports", "Take in contacts, organizations or deals from CSV files and vCards."),
    "explain": ("cli.explain", "Say what would happen to a mail, storing nothing."),
    "replay": ("cli.replay", "Decide anew about stored mail."),
    "export": ("cli.export", "Write a company's data, or a user's own, as files."),
    "erase": ("cli.erase", "Take a person's address out of everything."),
    "config": ("cli.config", "Show the settings in force."),
}


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own: `--help` imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        # PEP 8: a name that Python keeps for itself takes an underscore.
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), name)
        assert isinstance(command, click.Command)  # noqa: S101 -- a wrong entry of the table above
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", "config_file", type=click.Path(dir_okay=False), help="The TOML file of settings.")
@click.version_option(package_name="smartbcc")
@click.pass_context
def main(ctx: click.Context, config_file: str | None) -> None:
    """A self-hosted Smart Bcc server."""
    ctx.obj = config_file


if __name__ == "__main__":
    main()
