"""Small is a habit (STYLE 1.15): when a file or a function grows past its bound, a noun is missing."""

from __future__ import annotations

import ast

from tests.architecture.sources import ROOT, product_files, tree

FILE_LINES = 250
FUNCTION_LINES = 40
REVISIONS = "db/migrations/versions/"
"""A revision writes a table down column by column, once: it is as long as the table."""


def test_files_fit_in_their_bound() -> None:
    sizes = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in product_files()}
    assert {path: size for path, size in sizes.items() if size > FILE_LINES} == {}


def test_functions_fit_in_their_bound() -> None:
    sizes = {
        f"{path}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in product_files()
        if not path.startswith(REVISIONS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: size for name, size in sizes.items() if size > FUNCTION_LINES} == {}
