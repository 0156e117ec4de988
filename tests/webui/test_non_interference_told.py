"""No trace beside the routes: exports, mails of ours, metrics and logs tell nobody of a user's private mail.

Exempt are the counts of private letters by user that an export of the company gives (RULES R53).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import select
from structlog.testing import capture_logs

from db.ids import IdSealer
from db.models import OutboxMessage
from ingest.exporting import Exporter
from tests.kit.worlds import CANARY
from tests.webui.test_non_interference_routes import Told, told
from webui.metrics import QueueCollector

pytestmark = pytest.mark.slow
VARIES = re.compile(
    r"={15}\d+==|(?<=Message-ID: <)[0-9a-f]{32}|\b[a-z2-7]{26}\b|\b[0-9a-f]{64}\b"
    r"|(?<=-)[a-z2-9]{26}(?=@)|\d{4}-\d\d-\d\dT[\d:.]+(?:\+00:00|Z)?"
)
"""Boundaries and Message-IDs, sealed ids, hashes, the chance in an address, moments of the clock."""


class Pair:
    """The world that has Anna's private mail and the one that has none, each with the log of its story."""

    def __init__(self, stack: ExitStack, template: Any, root: Path) -> None:
        self.worlds: list[Told] = []
        self.logs: list[list[Any]] = []
        for name, private in (("with", True), ("without", False)):
            with capture_logs() as lines:
                self.worlds.append(told(template.fresh(root / name), stack, private=private))
            self.logs.append(list(lines))


@pytest.fixture(scope="module")
def pair(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with ExitStack() as stack:
        yield Pair(stack, sqlite_template, tmp_path_factory.mktemp("told"))


def test_an_export_of_the_company_is_the_same(pair: Pair, tmp_path: Path) -> None:
    with_it, without = (_export(one, tmp_path / str(number)) for number, one in enumerate(pair.worlds))
    assert with_it == without
    assert len(with_it) > 10
    assert CANARY not in "".join(text for _, text in with_it)


def test_mails_of_ours_to_others_are_the_same(pair: Pair) -> None:
    with_it, without = (_sent(one) for one in pair.worlds)
    assert with_it == without
    assert CANARY not in str(with_it)


def test_metrics_name_nothing_of_it(pair: Pair) -> None:
    with_it, without = (_metrics(one) for one in pair.worlds)
    assert with_it == without


def test_logs_say_nothing_of_what_a_mail_says(pair: Pair) -> None:
    assert CANARY not in json.dumps(pair.logs, default=str)
    assert "Garden" not in json.dumps(pair.logs, default=str)


def _export(one: Told, place: Path) -> list[tuple[str, str]]:
    """Answer name and text of each file, in an order that no sealed id decides."""
    sealer = IdSealer(b"one key for both worlds")
    Exporter(one.world.database, one.world.raw, sealer.seal).export_company(one.world.ada.company_id, place)
    files = (file for file in place.rglob("*") if file.is_file())
    told_by = ((str(file.relative_to(place)), _without_exempt(file)) for file in files)
    return sorted((VARIES.sub("#", name), VARIES.sub("#", text)) for name, text in told_by)


def _without_exempt(file: Path) -> str:
    text = file.read_bytes().decode("utf-8", "replace")
    if file.name != "manifest.json":
        return text
    manifest = json.loads(text)
    assert manifest["counts"].pop("private_letters") is not None
    return json.dumps({name: value for name, value in manifest.items() if name != "files"})


def _sent(one: Told) -> list[tuple[str, str, str]]:
    others = [f"{who}@northwind.example" for who in ("bert", "ada")]
    columns = (OutboxMessage.kind, OutboxMessage.forward_path, OutboxMessage.content)
    to_others = OutboxMessage.company_id == one.world.ada.company_id, OutboxMessage.forward_path.in_(others)
    with one.world.database.read() as session:
        rows = session.execute(select(*columns).where(*to_others).order_by(OutboxMessage.id)).all()
    return [(kind, path, VARIES.sub("#", content.decode())) for kind, path, content in rows]


def _metrics(one: Told) -> list[str]:
    registry = CollectorRegistry()
    registry.register(QueueCollector(one.world.database))
    text = generate_latest(registry).decode()
    return sorted(line.rpartition(" ")[0] for line in text.splitlines() if line and not line.startswith("#"))
