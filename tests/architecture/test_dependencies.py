"""What is installed: declared, locked by name, version and hash, and never in the way of our own names."""

from __future__ import annotations

import re
import sys
from importlib.metadata import distributions, packages_distributions
from pathlib import PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOT, imports_of, packages, product_files, project, tracked_files

OURS = {*packages(), "tests", "bench"}
COMES_WITH = {
    "werkzeug": "flask",  # Flask's own request and response types
    "jinja2": "flask",  # its templates, and those of our mails
    "markupsafe": "flask",  # what its templates are made of
    "pydantic-core": "pydantic",  # where pydantic keeps its error types
}
_ENTRY = re.compile(
    r"(?m)^([a-z0-9-]+)==([^ ;\\]+)(?: ; [^\\\n]+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
)


def _lock() -> str:
    return (ROOT / "requirements.lock").read_text(encoding="utf-8")


def _locked() -> dict[str, str]:
    return {name: version for name, version, _ in _ENTRY.findall(_lock())}


def _declared(*, dev: bool) -> list[Requirement]:
    table = project()["project"]
    return [Requirement(line) for line in table["dependencies"] + dev * table["optional-dependencies"]["dev"]]


def test_the_lock_holds_names_versions_and_hashes_alone() -> None:
    rest = _ENTRY.sub("", _lock())
    assert [line for line in rest.splitlines() if not line.startswith("#")] == []
    assert "://" not in _lock()


def test_the_lock_satisfies_what_is_declared() -> None:
    locked = _locked()
    builds = [Requirement(line) for line in project()["build-system"]["requires"]]
    for wanted in [*_declared(dev=True), *builds]:
        assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)]), wanted


def test_every_library_we_import_is_declared() -> None:
    declared = {canonicalize_name(wanted.name) for wanted in _declared(dev=False)}
    shipped_by = packages_distributions()
    declared |= {name for name, carrier in COMES_WITH.items() if carrier in declared}
    undeclared = {
        (path, module)
        for path in product_files()
        for module in {name.partition(".")[0] for name in imports_of(path)} - OURS - sys.stdlib_module_names
        if not {canonicalize_name(name) for name in shipped_by.get(module, [])} & declared
    }
    assert undeclared == set()


def test_no_locked_distribution_ships_one_of_our_names() -> None:
    clashes = {
        (distribution.name, top)
        for distribution in distributions()
        if canonicalize_name(distribution.name) != "smartbcc"
        for top in {PurePosixPath(str(file)).parts[0].removesuffix(".py") for file in distribution.files or ()}
        if top in OURS
    }
    assert clashes == set()


def test_no_name_of_ours_hides_a_module_of_the_standard_library() -> None:
    assert OURS & sys.stdlib_module_names == set()


def test_the_package_list_is_the_tree() -> None:
    found = {path.split("/")[0] for path in tracked_files() if path.endswith("/__init__.py") and path.count("/") == 1}
    assert found - {"tests", "bench"} == set(packages())
    for tool in (project()["tool"]["mypy"]["packages"], project()["tool"]["importlinter"]["root_packages"]):
        assert set(tool) - {"bench"} == set(packages())
