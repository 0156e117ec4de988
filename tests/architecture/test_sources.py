"""What no source of ours may hold, wherever it stands."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath

import pytest

from tests.architecture.sources import ROOT, product_files, tracked_files, tree

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "base", "services", "interfaces", "misc"}
NAMED_ALL_THE_SAME = {"db/base.py": "the declarative base, by SQLAlchemy's own word"}
READ_THE_ENVIRONMENT = {"config", "cli"}
_MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:root|home|Users|work)/[\w.]")
_REGISTRY = re.compile(r"(?i)\b(?:pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian\.org|/simple/)")
_UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
_BINARY = {".png", ".jpg", ".ico", ".woff2", ".gz", ".eml"}
_THIS = "tests/architecture/test_sources.py"


def _texts() -> list[tuple[str, str]]:
    paths = [path for path in tracked_files() if PurePosixPath(path).suffix not in _BINARY and path != _THIS]
    return [(path, (ROOT / path).read_text(encoding="utf-8", errors="replace")) for path in paths]


def test_a_function_without_a_home_is_a_missing_noun() -> None:
    wrong = {
        path
        for path in product_files()
        if FORBIDDEN_NAMES & set(PurePosixPath(path).with_suffix("").parts) and path not in NAMED_ALL_THE_SAME
    }
    assert wrong == set()


def test_only_config_and_cli_read_the_environment() -> None:
    assert {
        path
        for path in product_files()
        if path.split("/")[0] not in READ_THE_ENVIRONMENT and any(map(_is_environment, ast.walk(tree(path))))
    } == set()


def _is_environment(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "environb" | "getenv" | "putenv"):
            return True
        case ast.ImportFrom(module="os", names=names):
            return any(name.name in {"environ", "environb", "getenv"} for name in names)
    return False


@pytest.mark.parametrize(
    "pattern", [_MACHINE_PATH, _REGISTRY, _UNFINISHED], ids=["machine path", "registry", "unfinished"]
)
def test_no_file_holds(pattern: re.Pattern[str]) -> None:
    assert {path: found[0] for path, text in _texts() if (found := pattern.search(text))} == {}


def test_every_module_says_what_it_is_for() -> None:
    assert {path for path in product_files() if not ast.get_docstring(tree(path)) and _has_code(path)} == set()


def _has_code(path: str) -> bool:
    return bool(tree(path).body) and not path.startswith("db/migrations/versions/")


def test_nothing_is_patched_and_nothing_slept_through() -> None:
    tests = [(path, text) for path, text in _texts() if path.startswith("tests/") and path.endswith(".py")]
    assert {path for path, text in tests if re.search(r"mock\.patch|MagicMock", text)} == set()
    # The kit alone sleeps: a few milliseconds between two looks at a condition with a deadline.
    waiting = {path for path, text in tests if not path.startswith("tests/kit/") and "time.sleep(" in text}
    assert waiting == set()
