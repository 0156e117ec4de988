"""`smartbcc replay`: decide anew about stored mail, from the raw bytes (RULES R52)."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import click
from sqlalchemy import select

from accounts.companies import list_company_ids
from cli.opening import Opened, opened, read_settings
from cli.problem import Problem
from cli.thinker import tools_of
from db.models import InboundMessage
from ingest.difference import Replayed, Result
from ingest.replay import Replayer, list_since
from mailauth.trust import trust_of
from net.resolver import DnsResolver


class Since(click.ParamType[datetime]):
    """An RFC 3339 time; one without an offset is UTC."""

    name = "TIME"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no RFC 3339 time", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID…]")
@click.option("--dry-run", is_flag=True, help="Only tell.")
@click.option("--reauthenticate", is_flag=True, help="Ask DNS again; the proof of the door is kept too.")
@click.option("--since", type=Since(), help="Mail received at or after this time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON value on standard output.")
@click.pass_context
def replay(
    ctx: click.Context, ids: tuple[str, ...], dry_run: bool, reauthenticate: bool, since: datetime | None, as_json: bool
) -> None:
    """Decide anew about the inbound ids, or about all mail (since a time); change only what rules made."""
    settings = read_settings(ctx)
    with opened(settings, migrate=False) as at:
        chosen = list(_named(at, ids) if ids else _all(at, since))
        replayer = Replayer(
            at.database, at.raw, tools_of(DnsResolver(settings.dns_servers), trust_of(settings), at.sealer)
        )
        results = []
        with click.progressbar(chosen, file=sys.stderr, label="Replaying", show_pos=True) as bar:
            for company_id, inbound_id in bar:
                result = replayer.replay(company_id, inbound_id, dry_run=dry_run, reauthenticate=reauthenticate)
                results.append(_told(at, result))
    if as_json:
        counts = Counter(one["result"] for one in results)
        told = {"results": results, **{str(result): counts[str(result)] for result in Result}}
        click.echo(json.dumps(told, default=str))
        return
    for one in results:
        click.echo(_line(one))


def _named(at: Opened, ids: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    with at.database.read() as session:
        companies = list_company_ids(session)
        for text in ids:
            inbound_id = at.sealer.unseal("inbound", text)
            query = select(InboundMessage.company_id).where(
                InboundMessage.company_id.in_(companies), InboundMessage.id == inbound_id
            )
            company_id = session.scalar(query) if inbound_id is not None else None
            if company_id is None or inbound_id is None:
                raise Problem(f"there is no inbound message {text}")
            yield company_id, inbound_id


def _all(at: Opened, since: datetime | None) -> Iterator[tuple[int, int]]:
    with at.database.read() as session:
        for company_id in list_company_ids(session):
            for inbound_id in list_since(session, company_id, since):
                yield company_id, inbound_id


def _told(at: Opened, replayed: Replayed) -> dict[str, object]:
    return {
        "id": at.sealer.seal("inbound", replayed.inbound_id),
        "result": str(replayed.result),
        "reason": replayed.reason,
        "differences": [
            {"field": one.field, "before": one.before, "after": one.after, "rule": str(one.rule)}
            for one in replayed.differences
        ],
    }


def _line(one: dict[str, object]) -> str:
    lines = [f"{one['id']}  {one['result']}" + (f": {one['reason']}" if one["reason"] else "")]
    differences = one["differences"]
    if isinstance(differences, list):
        lines += [f"    {each['field']}: {each['before']} → {each['after']} ({each['rule']})" for each in differences]
    return "\n".join(lines)
