"""Exports can be read again to the last byte, and a company's holds nothing private."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from accounts.refusals import Conflict
from config.settings import Settings
from db.models import AuditEvent
from db.session import Database
from ingest.export_folder import safe_cell
from ingest.exporting import Exporter
from tests.kit.mails import File, a_message
from tests.kit.worlds import CANARY, World

MARIA, ANNA = "maria@fabrikam.example", "anna@northwind.example"


def seal(kind: str, number: int) -> str:
    """Answer an id as the public sees it, as far as this test needs it."""
    return f"{kind}_{number}"


@pytest.fixture
def world(database: Database, settings: Settings) -> World:
    """Anna has private mail and a shared one with a large file; Bert has a record with a formula for a name."""
    with World(database, settings, private=True) as made:
        made.record("maria", made.house.bert, "contact", name='=HYPERLINK("http://x")', addresses=[MARIA])
        made.record("quiet", made.house.anna, "deal", title="Quiet", value="12.50", currency="EUR")
        large = File("offer.pdf", bytes(range(256)) * 2000)
        made.mail(a_message(from_=ANNA, to=MARIA, message_id="<s@n.example>", text="shared", attachments=[large]))
        made.secret(
            a_message(from_=MARIA, to=ANNA, message_id="<p@f.example>", text=CANARY, subject=CANARY),
            owner=made.house.anna,
        )
        return made


def read_back(folder: Path) -> dict[str, Any]:
    """Answer the manifest, after every file was found as it says and no other."""
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert there == {*manifest["files"], "manifest.json"}
    for name, told in manifest["files"].items():
        content = (folder / name).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (told["sha256"], told["size"]), name
        assert (folder / name).stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
    return manifest


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]


def test_a_company_gives_records_shared_mail_and_a_number(world: World, tmp_path: Path) -> None:
    exporter = Exporter(world.database, world.raw, seal)
    counts = exporter.export_company(world.house.company_id, tmp_path / "out")
    manifest = read_back(tmp_path / "out")
    assert manifest["counts"] == counts
    assert (counts["letters"], counts["private_letters"]) == (1, {ANNA: 1})
    assert (counts["records"]["contact"], counts["records"]["deal"]) == (1, 1)
    (letter,) = lines(tmp_path / "out", "letters.jsonl")
    assert (letter["subject"] != "", letter["text"].strip()) == (True, "shared")
    raw = (tmp_path / "out" / letter["eml"]).read_bytes()
    with world.database.read() as session:
        assert raw in [world.raw.read(session, world.house.company_id, hashlib.sha256(raw).hexdigest())]
    with (tmp_path / "out" / "contacts.csv").open(newline="", encoding="utf-8") as table:
        (row,) = csv.DictReader(table)
    assert (row["name"], row["addresses"]) == ('\'=HYPERLINK("http://x")', MARIA)
    assert lines(tmp_path / "out", "contacts.jsonl")[0]["name"] == '=HYPERLINK("http://x")'
    for path in (tmp_path / "out").rglob("*"):
        assert path.is_dir() or CANARY.encode() not in path.read_bytes()
    with pytest.raises(Conflict):
        exporter.export_company(world.house.company_id, tmp_path / "out")


def test_a_user_gives_all_that_is_his_with_its_bytes(world: World, tmp_path: Path) -> None:
    exporter = Exporter(world.database, world.raw, seal)
    counts = exporter.export_user(world.anna, tmp_path / "anna")
    assert read_back(tmp_path / "anna")["counts"] == counts
    told = lines(tmp_path / "anna", "letters.jsonl")
    assert {one["message_id"]: one["sharing"] for one in told} == {
        "<s@n.example>": "shared",
        "<p@f.example>": "private",
    }
    assert all((tmp_path / "anna" / one["eml"]).is_file() for one in told)
    assert (counts["records"]["contact"], counts["records"]["deal"]) == (0, 1)
    bert = exporter.export_user(world.bert, tmp_path / "bert")
    assert (bert["letters"], bert["records"]["contact"]) == (0, 1)
    with world.database.read() as session:
        query = select(AuditEvent.actor_id).where(
            AuditEvent.company_id == world.house.company_id, AuditEvent.action == "own.export.make"
        )
        assert set(session.scalars(query)) == {world.anna.user_id, world.bert.user_id}


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(begin: str) -> None:
    assert safe_cell(f"{begin}1+1") == f"'{begin}1+1"


@pytest.mark.parametrize(
    ("value", "cell"), [("-12.50", "-12.50"), (None, ""), (["a", "b"], "a, b"), ("O'Hara", "O'Hara")]
)
def test_what_is_none_stays_as_it_is(value: object, cell: str) -> None:
    assert safe_cell(value) == cell
