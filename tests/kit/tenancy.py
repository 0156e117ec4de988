"""Every statement on a tenant table names its company: a watch that fails the test of one that does not (DESIGN 4).

    watch = tenancy.watch(database.engine, database.reading_engine)      # after the migrations
    ...
    watch.verify()                     # at teardown: a worker may have caught what was raised at the statement

A statement passes if each tenant table it touches has its `company_id` in that query's own ON or WHERE (or in
the columns of an INSERT), and if one of them is compared with a value or comes from a directory table. The few
statements that must look over all companies say so: `.execution_options(across_companies="why")`.
Statements that a test sends by itself are not judged.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Engine, event

from db.models import Message
from tests.kit.statement import Query, queries_of

_TESTS = str(Path(__file__).resolve().parents[1])
_SQLALCHEMY = f"{Path(event.__file__).parent.parent}"
_JUDGED = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
_A_VALUE = r"\(*\s*(\?|%\(|%s|:\w|\$\d|\d|ANY\s*\()"
_COMPARED = re.compile(
    rf"company_id\"?\s*(?:=|IN)\s*{_A_VALUE}|[?\ds)]\s*=\s*\(*[\w\".]*company_id|company_id\"?\s*,[^()]*\)\s*IN\s*\(",
    re.IGNORECASE,
)


class CompanyMissing(AssertionError):
    """A statement touches a tenant table without naming the company."""


@dataclass(slots=True)
class Watch:
    """What was found on one engine."""

    faults: list[str] = field(default_factory=list)

    def verify(self) -> None:
        """Raise CompanyMissing if any statement so far named no company."""
        if self.faults:
            raise CompanyMissing("\n\n".join(self.faults))


def watch(*engines: Engine) -> Watch:
    """Judge every statement that product code sends through these engines from now on."""
    found = Watch()

    def judge(_connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:
        options = context.execution_options if context is not None else {}
        if options.get("across_companies") or not (missing := unnamed(statement)) or _is_sent_by_a_test():
            return
        fault = f"no company is named for {', '.join(missing)} in: {statement}"
        found.faults.append(fault)
        raise CompanyMissing(fault)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", judge)
    return found


@lru_cache(maxsize=4096)
def unnamed(statement: str) -> tuple[str, ...]:
    """Answer the tenant tables that the statement touches without naming their company."""
    if not _JUDGED.match(statement):
        return ()
    tenants, directory = tenant_tables(), directory_tables()
    queries = queries_of(statement)
    missing = {name for query in queries for name in _unnamed_in(query, tenants)}
    touched = {name for query in queries for name in query.tables.values()}
    if touched & tenants and not (touched & directory or _is_anchored(statement, queries)):
        missing |= touched & tenants
    return tuple(sorted(missing))


def _unnamed_in(query: Query, tenants: frozenset[str]) -> Iterator[str]:
    for alias, table in query.tables.items():
        if table in tenants and not query.names_company(alias):
            yield table


def _is_anchored(statement: str, queries: list[Query]) -> bool:
    return any("company_id" in query.inserted for query in queries) or bool(_COMPARED.search(statement))


@lru_cache(maxsize=1)
def tenant_tables() -> frozenset[str]:
    """Answer the tables that carry company_id and do not answer "which company?"."""
    tables = Message.metadata.tables.values()
    return frozenset(t.name for t in tables if "company_id" in t.columns and not t.name.startswith("directory_"))


@lru_cache(maxsize=1)
def directory_tables() -> frozenset[str]:
    """Answer the tables that lead to a company, `company` itself among them."""
    return frozenset(Message.metadata.tables) - tenant_tables()


def _is_sent_by_a_test() -> bool:
    """Answer whether the nearest frame outside SQLAlchemy and this file stands under tests/."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        path = frame.f_code.co_filename
        if path != __file__ and not path.startswith((_SQLALCHEMY, "<")) and "contextlib" not in path:
            return path.startswith(_TESTS)
        frame = frame.f_back
    return False
