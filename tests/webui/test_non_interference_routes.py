"""No trace over every route: what a colleague and an admin get is equal with and without one user's private mail."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from db.session import open_database
from tests.kit.crawl import Crawl, crawl, crawl_api, is_exempt
from tests.kit.http import Person, Site, open_site
from tests.kit.story import tell_story
from tests.kit.worlds import CANARY, World
from tests.webui.test_routes import the_table

pytestmark = pytest.mark.slow
EXEMPT = {
    "/inbox/link",
    "/admin",
    "/admin/audit",
    "/admin/audit.csv",
    "/admin/outbox",
    "/admin/queues",
    "/admin/storage",
    "/admin/backups",
    "/admin/configuration",
    "/deliveries/in/<inbound>",
    "/deliveries/out/<mail>",
    "/admin/users",
    "/admin/users/<user>",
    "/admin/users/<user>/leave",
    "/settings/security",
    "/settings/security/second-step",
    "/settings/security/passkeys",
    "/settings/security/second-step/qr.png",
    "/settings/security/codes",
    "/settings/tokens",
    "/settings/programs",
    "/settings/import/<number>",
    "/settings/import/<number>/left-out.csv",
    "/settings/webhooks/<webhook>",
    "/settings/webhooks/<webhook>/deliveries/<delivery>",
    "/api/v1/webhooks/<webhook>",
    "/api/v1/webhooks/<webhook>/deliveries",
    "/api/v1/templates/<template>",
    "/api/v1/signatures/<signature>",
    "/settings/test",
    "/settings/addresses/<kind>/card.vcf",
    "/settings/addresses/<kind>/qr.png",
    "/senders/confirm/<secret>",
}
"""Totals of the whole company, for admins alone; where its data lies; what one's own minute or chance makes: when
one signed in, drew a token or a link, opened the page that waits (tests/ingest/test_old_address.py says whose
mail it shows), what an address spells; what a form alone leads to (test_nobody_elses.py asks for it); what nobody
has in this story (tests/ingest/test_spreading.py says what webhooks hear).
"""
SIGNED_OUT = {
    "/",
    "/login",
    "/login/code",
    "/login/passkey",
    "/login/code/passkey",
    "/login/company",
    "/login/provider/<provider>",
    "/login/back",
    "/invite/<secret>",
    "/setup/<secret>",
    "/healthz",
    "/demo",
    "/images/<sealed>",
    "/static/<path:filename>",
    "/static/all.css",
    "/static/all.js",
    "/api/docs",
    "/api/v1/openapi.json",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A world with the story told, and its web application."""

    world: World
    site: Site

    def person(self, who: str) -> Person:
        """Answer Anna, Bert or Ada with a token and a password."""
        return self.site.adopt(getattr(self.world.house, who), f"{who}@northwind.example")


def told(settings: Settings, stack: ExitStack, *, private: bool) -> Told:
    """Tell the story in a world of its own."""
    database = stack.enter_context(closing(open_database(settings)))
    world = stack.enter_context(World(database, settings, private=private))
    tell_story(world)
    return Told(world, stack.enter_context(closing(open_site(settings, database))))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def worlds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Told, Told]]:
    """The world that has Anna's private mail, and the one that has none."""
    root: Path = tmp_path_factory.mktemp("routes")
    with ExitStack() as stack:
        if request.param == "sqlite":
            template = request.getfixturevalue("sqlite_template")
            settings = [template.fresh(root / name) for name in ("with", "without")]
        else:
            template = request.getfixturevalue("postgres_template")
            settings = [stack.enter_context(template.fresh(root / name)) for name in ("with", "without")]
        yield told(settings[0], stack, private=True), told(settings[1], stack, private=False)


def differences(with_it: Crawl, without: Crawl) -> list[str]:
    """Answer what was answered differently."""
    return [
        f"{asked}\n  with    {str(with_it.answers.get(asked))[:900]}\n  without {str(without.answers.get(asked))[:900]}"
        for asked in {**with_it.answers, **without.answers}
        if with_it.answers.get(asked) != without.answers.get(asked)
    ]


@pytest.mark.parametrize(
    ("worlds", "who"), [("sqlite", "bert"), ("sqlite", "ada"), ("postgresql", "bert")], indirect=["worlds"]
)
def test_others_get_one_world_over_every_route(worlds: tuple[Told, Told], who: str) -> None:
    """On PostgreSQL an admin asks by the API alone, in the next test: her pages ask the database what a rep's do."""
    with_it, without = (crawl(one.person(who)) for one in worlds)

    assert differences(with_it, without)[:5] == []
    assert not any(CANARY in _without_questions(text) for text in with_it.text)
    _check_coverage(without, who)


@pytest.mark.parametrize("who", ["bert", "ada"])
def test_what_others_do_is_answered_alike(worlds: tuple[Told, Told], who: str) -> None:
    with_it, without = (_act(one.person(who)) for one in worlds)

    assert differences(with_it, without)[:5] == []
    with_it, without = (crawl_api(one.person(who)) for one in worlds)
    assert differences(with_it, without)[:5] == []


def test_the_owner_does_find_her_secrets(worlds: tuple[Told, Told]) -> None:
    with_it, without = (crawl_api(one.person("anna")) for one in worlds)

    assert any(CANARY in _without_questions(text) for text in with_it.text)
    assert differences(with_it, without) != []


def _act(person: Person) -> Crawl:
    """Change whatever this person sees, by the API; write every answer down."""
    done, api = Crawl(person), person.api

    def send(method: str, path: str, body: Any) -> None:
        done.keep(f"{method} /api/v1/{path} {body}", api.call(method, path, body))

    deals = [one["id"] for one in api.get("deals")["data"]]
    for row in api.get("messages", limit=200)["data"]:
        send("PATCH", f"messages/{row['id']}", {"read": True})
        send("POST", f"messages/{row['id']}/links", {"type": "deal", "target_id": deals[-1]})
    threads = list(dict.fromkeys(row["thread_id"] for row in api.get("messages", limit=200)["data"]))
    for one, other in itertools.pairwise(threads):
        send("POST", f"threads/{one}/merge", {"thread_id": other})
    for row in api.get("messages", limit=200)["data"]:
        send("POST", f"threads/{row['thread_id']}/split", {"message_ids": [row["id"]]})
    for row in api.get("unresolved")["data"]:
        send("POST", f"unresolved/{row['id']}/answer", {"dismiss": True})
    for row in api.get("inbound", limit=200)["data"]:
        if not is_exempt("inbound", row):
            send("POST", f"inbound/{row['id']}/replay", {"dry_run": True})
    contacts = [row["id"] for row in api.get("contacts")["data"]]
    for number, (kept, merged) in enumerate(itertools.permutations(contacts[:3], 2)):
        # The answer says when it was merged, by the clock.
        done.answers[f"merge {number}"] = api.call("POST", f"contacts/{kept}/merge", {"contact_id": merged}).status_code
        send("GET", f"messages?contact_id={kept}", None)
        send("POST", f"contacts/{kept}/unmerge", {})
    for contact in contacts:
        send("PATCH", f"contacts/{contact}", {"name": "Renamed"})
    return done


def _check_coverage(found: Crawl, who: str) -> None:
    """Every route that can be read was read, and gave something at least once."""
    read = [asked.split()[1].partition("?")[0] for asked, (status, *_) in found.answers.items() if status == 200]
    for (method, rule), access in the_table().items():
        if method != "GET" or rule in EXEMPT | SIGNED_OUT or (access in ("chief", "admin") and who != "ada"):
            continue
        pattern = re.compile(re.sub(r"<[^>]+>", "[^/]+", rule))
        empty = "leads" in rule or "projects" in rule or "frame" in rule
        assert empty or any(pattern.fullmatch(path) for path in read), rule


def _without_questions(text: str) -> str:
    """Take out what was asked for, which a page repeats."""
    return text.replace(f'value="{CANARY}"', "").replace(f"q={CANARY}", "").replace(f"contains “{CANARY}”", "")
