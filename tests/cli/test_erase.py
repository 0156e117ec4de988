"""`smartbcc erase` tells first, asks once, and says what it did."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from config.settings import Settings
from db.session import open_database
from tests.kit.databases import SqliteTemplate
from tests.kit.mails import a_message
from tests.kit.worlds import World

NINA, ANNA = "nina@new.example", "anna@northwind.example"


@pytest.fixture
def data_dir(sqlite_template: SqliteTemplate, tmp_path: Path) -> Path:
    """An installation in which Anna wrote to Nina."""
    settings: Settings = sqlite_template.fresh(tmp_path / "data")
    database = open_database(settings)
    with World(database, settings, private=True) as world:
        world.record("nina", world.house.bert, "contact", name="Nina", addresses=[NINA])
        world.mail(a_message(from_=ANNA, to=NINA, text="Dear Nina"))
    database.close()
    return settings.data_dir


def run(data_dir: Path, arguments: Sequence[str], answer: str = "") -> Result:
    """Call the command as an operator does."""
    environment = {"SMARTBCC_DATA_DIR": str(data_dir)}
    return CliRunner().invoke(main, ["erase", *arguments], input=answer, env=environment)


def told(result: Result) -> dict[str, Any]:
    """Answer what it says as JSON."""
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_it_tells_asks_and_erases(data_dir: Path) -> None:
    foreseen = {"letters_deleted": 1, "letters_redacted": 0, "mails_waiting": 0, "contacts": 1}
    assert told(run(data_dir, ["--person", NINA, "--dry-run", "--json"])) == foreseen
    assert run(data_dir, ["--person", NINA], "n\n").exit_code == 1
    done = told(run(data_dir, ["--person", NINA, "--yes", "--json"]))
    assert {name: done[name] for name in foreseen} == foreseen
    again = told(run(data_dir, ["--person", NINA, "--yes", "--json"]))
    assert set(again.values()) == {0}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--person", ANNA, "--yes"], "of a user"),
        (["--person", "nobody", "--yes"], "not an e-mail address"),
        (["--person", NINA, "--company", "Nowhere"], "no company named"),
    ],
)
def test_what_cannot_be_erased_is_said(data_dir: Path, arguments: list[str], sentence: str) -> None:
    result = run(data_dir, arguments)
    assert (result.exit_code, sentence in result.stderr) == (1, True)
