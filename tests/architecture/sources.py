"""What the architecture tests read: our files, parsed, and the names they use."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@lru_cache(maxsize=1)
def project() -> dict[str, Any]:
    """Answer pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def packages() -> tuple[str, ...]:
    """Answer the names of our top-level packages."""
    return tuple(project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])


@lru_cache(maxsize=1)
def tracked_files() -> tuple[str, ...]:
    """Answer every file of the project: tracked by git, or new and not ignored."""
    # The tests may run as another user than the one who cloned.
    listing = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return tuple(name for name in sorted(found.split("\0")) if name and (ROOT / name).is_file())


@lru_cache(maxsize=1)
def product_files() -> tuple[str, ...]:
    """Answer the Python files of the packages."""
    return tuple(name for name in tracked_files() if name.endswith(".py") and name.split("/")[0] in packages())


@lru_cache(maxsize=1024)
def tree(path: str) -> ast.Module:
    """Answer the parsed file."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), path)


@lru_cache(maxsize=1024)
def names_in(path: str) -> frozenset[tuple[str, str]]:
    """Answer every name the file uses or imports, with the module it was imported from or an empty text."""
    found: set[tuple[str, str]] = set()
    for node in ast.walk(tree(path)):
        match node:
            case ast.ImportFrom(module=module, names=names):
                found |= {(name.name, module or "") for name in names}
                found |= {(part, module or "") for part in (module or "").split(".")}
            case ast.Import(names=names):
                found |= {(part, name.name) for name in names for part in name.name.split(".")}
            case ast.Attribute(attr=attr):
                found.add((attr, ""))
    return frozenset(found)


def imports_of(path: str) -> set[str]:
    """Answer the dotted names of the modules that the file imports."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        match node:
            case ast.ImportFrom(module=str(module), level=0):
                found.add(module)
            case ast.Import(names=names):
                found |= {name.name for name in names}
    return found
