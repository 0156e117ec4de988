"""Who may use each route, as a page of the documents: made of the table that test_routes.py holds the routes to.

python -m tests.webui.permissions
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from tests.webui.test_routes import KIND, RECORDS, the_table

HEAD: Final = """# Who may use what

Made of the table in `tests/webui/test_routes.py`; `./dev docs` writes it anew. A route that is not in it, or that
answers somebody otherwise, fails a test there.

A route that one may use still shows one's own and what one may see, and nothing else: an id of something else is
answered 404, as one that nobody gave out. Mail that is private is its owner's alone, and no admin's. A form without
its token is answered 400. What somebody may not use at all is answered:

- "sign in": 302 to the page for it, or 401 in the API;
- "no": 403.

RECORDS stands for `contacts`, `organizations`, `deals`, `leads` and `projects`. "yes" is said of the route:
who only reads is still answered 403 where the deed itself would change what is not his.
"""
AREAS: Final = {
    "Without signing in": ("open",),
    "Pages": ("login", "member", "admin"),
    "API": ("token", "member", "chief"),
}
WHO: Final = ("Nobody", "Reads only", "Member", "Admin")
ANSWERS: Final = {
    "open": ("yes", "yes", "yes", "yes"),
    "login": ("sign in", "yes", "yes", "yes"),
    "token": ("sign in", "yes", "yes", "yes"),
    "member": ("sign in", "no", "yes", "yes"),
    "admin": ("sign in", "no", "no", "yes"),
    "chief": ("sign in", "no", "no", "yes"),
}
FIRST: Final = RECORDS[0]


def document() -> str:
    """Answer the page: a table for each area, in the order of the routes."""
    return HEAD + "".join(f"\n## {area}\n\n{_table(area)}" for area in AREAS)


def _table(area: str) -> str:
    rows = [("Route", *WHO), ("---",) * (1 + len(WHO)), *_rows(area)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _rows(area: str) -> Iterator[tuple[str, ...]]:
    for (method, rule), access in sorted(the_table().items(), key=lambda row: (row[0][1], row[0][0])):
        is_api = rule.startswith("/api/v1/")
        if access not in AREAS[area] or (access != "open" and is_api != (area == "API")) or _is_like_another(rule):
            continue
        yield f"`{method} {_for_all_kinds(method, rule)}`", *ANSWERS[access]


def _is_like_another(rule: str) -> bool:
    """Tell whether it is a route of records that the first kind has as well."""
    parts = rule.removeprefix("/api/v1").split("/")
    return parts[1] in RECORDS[1:]


def _for_all_kinds(method: str, rule: str) -> str:
    """Answer a route of the first kind as that of all, where all have it."""
    parts = rule.split("/")
    known = {FIRST: "RECORDS", f"<{KIND[FIRST]}>": "<record>"}
    other = rule.replace(FIRST, RECORDS[1], 1).replace(KIND[FIRST], KIND[RECORDS[1]], 1)
    return "/".join(known.get(part, part) for part in parts) if (method, other) in the_table() else rule


if __name__ == "__main__":
    sys.stdout.write(document())
