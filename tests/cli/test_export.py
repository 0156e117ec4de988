"""`smartbcc export`: a user's own needs that user's token; whoever has another gets nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from accounts.tokens import make_api_token
from cli.main import main
from db.session import open_database
from tests.kit.company import house_in
from tests.kit.databases import SqliteTemplate

ANNA = "anna@northwind.example"


@pytest.fixture
def tokens(sqlite_template: SqliteTemplate, tmp_path: Path) -> dict[str, Path]:
    """Files with a token of each user, in an installation of one company."""
    settings = sqlite_template.fresh(tmp_path / "data")
    database = open_database(settings)
    house, made = house_in(database), {}
    with database.write() as session:
        for name, user in (("anna", house.anna), ("ada", house.ada)):
            path = made[name] = tmp_path / f"{name}.token"
            path.write_text(make_api_token(session, user.viewer, "export", database.now(session)), encoding="ascii")
    database.close()
    return made


def run(tmp_path: Path, *arguments: str) -> Result:
    """Call the command as an operator does."""
    environment = {"SMARTBCC_DATA_DIR": str(tmp_path / "data")}
    return CliRunner().invoke(main, ["export", *arguments, "--to", str(tmp_path / "out")], env=environment)


def test_a_user_starts_it_by_a_token_of_his(tokens: dict[str, Path], tmp_path: Path) -> None:
    assert run(tmp_path, "--user", ANNA, "--token-file", str(tokens["anna"]), "--json").exit_code == 0
    assert (tmp_path / "out" / "manifest.json").is_file()


@pytest.mark.parametrize("token", ["ada", None])
def test_nobody_else_does_an_admin_neither(tokens: dict[str, Path], tmp_path: Path, token: str | None) -> None:
    given = ["--token-file", str(tokens[token])] if token else []
    result = run(tmp_path, "--user", ANNA, *given)
    assert (result.exit_code, "token" in result.stderr) == (1, True)
    assert not (tmp_path / "out").exists()


def test_a_company_is_exported_by_its_name(tokens: dict[str, Path], tmp_path: Path) -> None:
    assert run(tmp_path, "--company", "Nowhere").exit_code == 1
    assert run(tmp_path, "--company", "Northwind").exit_code == 0
    assert (tmp_path / "out" / "manifest.json").is_file()
    assert "not empty" in run(tmp_path, "--company", "Northwind").stderr
    assert run(tmp_path).exit_code == 2
