"""Everything that somebody can get from the web application by following what it shows, made comparable.

Ids, secrets and tokens become the number of their first appearance, so that two worlds can be compared
answer by answer; ids that stand in an answer are put into every path that takes one of their kind.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from werkzeug.test import TestResponse

from tests.kit.http import Person

RECORDS: Final = {
    "contacts": "contact",
    "organizations": "organization",
    "deals": "deal",
    "leads": "lead",
    "projects": "project",
}
LISTS: Final = (
    *RECORDS,
    "messages",
    "unresolved",
    "inbound",
    "approved-senders",
    "blocked-addresses",
    "standing-answers",
    "access-requests",
    "audit-events",
    "templates",
    "signatures",
    "webhooks",
    "users",
    "teams",
)
FILTERS: Final = ("unlinked=true", "deleted=true", "q=canary", "q=offer", "q=maria", "before=2026-03-05T00:00:00Z")
PAGES: Final = (
    "/inbox",
    "/inbox?view=unread",
    "/inbox?view=unlinked",
    "/inbox?view=archived",
    "/inbox?view=deleted",
    "/inbox?q=canary",
    "/inbox/views",
    "/inbox/suggest?q=can",
    "/inbox/suggest?q=from:",
    "/inbox/suggest?q=contact:",
    "/inbox/suggest?q=deal:",
    "/pulse",
    "/held",
    "/welcome",
    "/welcome/mail",
    "/unresolved",
    "/deliveries",
    "/deliveries?q=canary",
    "/deliveries?status=held",
    "/admin/dns",
    "/settings",
    "/settings/senders",
    "/settings/handover",
    "/admin/policies",
    "/admin/never-store",
    "/admin/domains",
    "/admin/address",
    "/admin/gateway",
    "/admin/pauses",
    "/admin/privacy",
    "/admin/teams",
    "/admin/senders",
    "/admin/senders/domains",
    "/admin/sign-in",
    "/settings/forwarding",
    "/settings/gateway",
    "/settings/sharing",
    "/settings/again",
    "/settings/answers",
    "/settings/blocked",
    "/settings/webhooks",
    "/settings/import",
    "/settings/notices",
    "/settings/profile",
    "/settings/appearance",
    *(f"/{path}" for path in RECORDS),
    *(f"/{path}?q=canary" for path in RECORDS),
)
UNFOLLOWED: Final = ("/static", "/admin", "/deliveries", "/settings")
HREF: Final = re.compile(r'(?:href|src)="(/[^"#]+)"')
VARIES: Final = re.compile(
    r"(?<=-)[a-z2-9]{26}(?=@|%40)"
    r"|\b[a-z2-7]{26}\b"
    r"|\b[0-9a-f]{8}\.[\w-]{20,}(?:%3D|=)*"
    r"|\b[0-9a-f]{64}\b"
    r"|(?:(?<=nonce-)|(?<=nonce=\"))[\w-]{22}"
    r"|(?<=/pulse\?since=)[0-9a-f]{16}"
)
"""The chance in an address, sealed ids, cursors, hashes, the word that a page's scripts are known by, a pulse."""
OF_RECORD: Final = re.compile(rf"/({'|'.join(RECORDS)})/[a-z2-7]{{26}}")
TOKEN: Final = re.compile(r'(?<=name="csrf_token" value=")[^"]+')
"""Signed with the time of day, so it may change between two pages."""
ENOUGH: Final = 4
"""Pages that differ by the ids in their query alone: so many are asked for."""
DRAWN: Final = ("/qr.png", "/address.vcf")
PRIVATE_ROW: Final = re.compile(
    r'\s*<li data-id="\w+">(?:(?!</li>).)*?Private mail of a user(?:(?!</li>).)*</li>', re.DOTALL
)
AT: Final = re.compile(r'"at":"[^"]+"')
SKIPPED_HEADERS: Final = frozenset({"Set-Cookie", "Content-Length", "Date", "Last-Modified", "ETag"})


@dataclass(slots=True)
class Crawl:
    """What one person got, by the comparable name of what was asked."""

    person: Person
    answers: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)

    def plain(self, text: str) -> str:
        """Answer a text with everything that differs from world to world numbered."""
        return VARIES.sub(lambda found: self.seen.setdefault(found[0], f"#{len(self.seen)}"), TOKEN.sub("#", text))

    def keep(self, asked: str, answer: TestResponse) -> TestResponse:
        """Write an answer down: status, header, body."""
        header = sorted((name, self.plain(value)) for name, value in answer.headers if name not in SKIPPED_HEADERS)
        body = _without_exempt(asked, answer)
        self.text.append(body)
        self.answers[self.plain(asked)] = (answer.status_code, header, self.plain(body))
        return answer


def crawl_api(person: Person) -> Crawl:
    """Ask the API for everything that this person is led to."""
    found = Crawl(person)
    for path in _api_paths(found):
        found.keep(f"GET /api/v1/{path}", person.api.call("GET", path))
    return found


def crawl(person: Person) -> Crawl:
    """Ask the API and the pages for everything that this person is led to."""
    found = crawl_api(person)
    browser = person.browser()
    waiting, met = deque(PAGES), set(PAGES)
    alike_met: Counter[str] = Counter()
    while waiting:
        page = waiting.popleft()
        answer = found.keep(f"GET {page}", browser.get(page))
        for link in HREF.findall(answer.text) if answer.mimetype == "text/html" else ():
            path = link.replace("&amp;", "&")
            alike = VARIES.sub("#", path)
            if "?" in path and alike_met[alike] >= ENOUGH:
                continue
            alike_met[alike] += path not in met
            if path not in met and (path.startswith("/admin/teams/") or not path.startswith(UNFOLLOWED)):
                # What a record would take is asked for where its page does not lead there, too.
                led = [path, f"{path}/earlier"] if OF_RECORD.fullmatch(path) else [path]
                met.update(led)
                waiting.extend(led)
    return found


def _api_paths(found: Crawl) -> Iterator[str]:
    yield from ("me", "company")
    for name in LISTS:
        rows: list[Any] = []
        for path in _pages(found, name):
            answer = found.keep(f"GET /api/v1/{path}", found.person.api.call("GET", path))
            rows += (answer.json or {}).get("data", ())
        yield from _details(name, [row for row in rows if not is_exempt(name, row)])
    for query in FILTERS:
        yield f"messages?{query}"


def _pages(found: Crawl, name: str) -> Iterator[str]:
    """Answer the paths of all pages of a list; small ones, so that cursors are part of what is compared."""
    path = f"{name}?limit=200" if name == "inbound" else f"{name}?limit=3"
    while True:
        yield path
        answer = found.person.api.call("GET", path).json or {}
        if not answer.get("next_cursor"):
            return
        path = f"{name}?limit=3&cursor={answer['next_cursor']}"


def _details(name: str, rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        if name in RECORDS:
            yield f"{name}/{row['id']}"
            yield f"messages?{RECORDS[name]}_id={row['id']}"
            yield f"{name}/{row['id']}/earlier-messages?limit=3"
        elif name == "messages":
            yield f"messages/{row['id']}"
            yield f"messages/{row['id']}/raw"
            yield f"threads/{row['thread_id']}"
            yield f"messages?thread_id={row['thread_id']}"
            yield from (f"messages/{row['id']}/attachments/{one['id']}" for one in row["attachments"])
        elif name in ("inbound", "users", "teams"):
            yield f"{name}/{row['id']}"


def is_exempt(name: str, row: dict[str, Any]) -> bool:
    """R30b: of a private mail's row an admin knows id, status, origin, size, times and attempts, and nothing else."""
    if name != "inbound" or row["envelope"] is not None:
        return False
    assert (row["reason"], row["sentence"], row["message_ids"]) == (None, None, [])
    return True


def _without_exempt(asked: str, answer: TestResponse) -> str:
    if asked.endswith(DRAWN):
        # What is made of an address differs as the chance in it does.
        return ""
    if asked.startswith("GET /api/v1/inbound?"):
        return repr([row for row in (answer.json or {})["data"] if not is_exempt("inbound", row)])
    if asked.startswith("GET /deliveries"):
        return PRIVATE_ROW.sub("", answer.text)
    if asked.startswith("GET /api/v1/audit-events"):
        # Clients act at the time of day, which is another in each world.
        return AT.sub('"at":"#"', answer.text)
    return answer.data.decode("utf-8", "replace")
