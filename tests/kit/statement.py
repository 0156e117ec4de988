"""A small reader of SQL: which tables a statement touches, and what its conditions compare.

It knows the SQL that SQLAlchemy writes and that we write by hand for SQLite and PostgreSQL; each
SELECT, INSERT, UPDATE or DELETE, nested ones too, becomes one Query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(r"'(?:[^']|'')*'|(?:\w+|\"[^\"]+\")(?:\.(?:\w+|\"[^\"]+\"))*|[(),]|\S")
_STARTS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"})
_COMBINES = frozenset({"UNION", "INTERSECT", "EXCEPT"})
_ENDS = frozenset(
    {"GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "SET", "RETURNING", "VALUES", "SELECT", "WINDOW", "FOR"}
)
_NOT_ALIASES = (
    _STARTS
    | _COMBINES
    | _ENDS
    | frozenset({"ON", "WHERE", "JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "OUTER", "USING"})
)


@dataclass(slots=True)
class Query:
    """One query: tables by alias, the names in its conditions, the columns it inserts."""

    tables: dict[str, str] = field(default_factory=dict)
    compared: set[str] = field(default_factory=set)
    inserted: set[str] = field(default_factory=set)
    target: str = ""

    def names_company(self, alias: str) -> bool:
        """Answer whether company_id of that table stands in a condition or in the inserted columns."""
        if alias == self.target:
            return "company_id" in self.inserted
        return bool({"company_id", f"{alias}.company_id"} & self.compared)


def queries_of(statement: str) -> list[Query]:
    """Answer every query in the statement, the outermost last."""
    found: list[Query] = []
    _read_scope(iter(_TOKEN.findall(statement)), found)
    return found


def _read_scope(tokens: Iterator[str], found: list[Query]) -> list[str]:
    """Read up to the closing parenthesis; nested queries become queries of their own, other groups are kept."""
    scope: list[str] = []
    for token in tokens:
        if token == ")":
            break
        if token == "(":
            inner = _read_scope(tokens, found)
            scope += ["(", *inner, ")"] if not _is_query(inner) else ["(", ")"]
        else:
            scope.append(token)
    if _is_query(scope):
        found += [_read_query(part) for part in _split(scope)]
    return scope


def _is_query(scope: list[str]) -> bool:
    return bool(scope) and scope[0].upper() in _STARTS


def _split(scope: list[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for token in scope:
        if token.upper() in _COMBINES:
            yield part
            part = []
        else:
            part.append(token)
    yield part


class _Reader:
    """Walks the tokens of one query and keeps in which clause it stands."""

    def __init__(self) -> None:
        self.query = Query()
        self.clause = ""
        self.depth = 0
        self.before = ""
        self.table = ""

    def read(self, token: str) -> None:
        word = token.upper()
        self.depth += (token == "(") - (token == ")")
        if not self._turns(word):
            self._take(token.replace('"', ""), word)
        self.before = word

    def _turns(self, word: str) -> bool:
        """Change the clause where a keyword does so."""
        if word == "FROM" and self.depth == 0 and self.before != "DISTINCT":
            self.clause, self.table = "tables", ""
        elif word in {"JOIN", "INTO"} or (word == "UPDATE" and self.before not in {"FOR", "DO", "KEY"}):
            self.clause, self.table = "into" if word == "INTO" else "tables", ""
        elif word in {"WHERE", "ON"}:
            self.clause = "conditions"
        elif word == "CONFLICT" or (word in _ENDS and self.depth == 0):
            self.clause = ""
        else:
            return False
        return True

    def _take(self, name: str, word: str) -> None:
        match self.clause:
            case "conditions":
                self.query.compared.add(name)
            case "tables" | "into" if name == ",":
                self.table = ""
            case "tables":
                self._take_table(name, word)
            case "into" if self.depth == 0 and name != ")":
                self.query.target = self.query.target or name
                self._take_table(name, word)
            case "into":
                self.query.inserted.add(name)

    def _take_table(self, name: str, word: str) -> None:
        if not re.match(r"\w", name) or word in _NOT_ALIASES or word in {"AS", "ONLY", "LATERAL"}:
            return
        if not self.table:
            self.table = name
            self.query.tables[name] = name
        elif self.query.tables.get(self.table) == self.table:
            del self.query.tables[self.table]
            self.query.tables[name] = self.table


def _read_query(tokens: list[str]) -> Query:
    reader = _Reader()
    for token in tokens:
        reader.read(token)
    return reader.query
