"""The states that pages are looked at in: a company each, in one database, with its mail filed by the real pipeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from accounts.gateway import accept, switch_on
from tests.kit.http import Person, Site
from tests.kit.mails import File, a_message
from tests.kit.sender_states import ask_for_senders
from tests.kit.worlds import World

LONG: Final = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
HTML: Final = (
    "<h1>Spring catalogue</h1><p>Dear Maria, <b>new chairs</b> are here.</p>"
    "<table width=900><tr><td>Chair</td><td>89 EUR</td></tr></table><img src='cid:logo' alt='Northwind'>"
    "<p><img src='https://tracker.example/open.gif' alt=''><a href='https://shop.example/chairs'>See them</a></p>"
)
GIF: Final = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
TEAM_NAMES: Final = {"one": "Sales", "many": "Sales and everything that goes with it " * 3, "rtl": "מכירות (צפון)"}
RECORDS: Final = {
    "contact": "contacts",
    "organization": "organizations",
    "deal": "deals",
    "lead": "leads",
    "project": "projects",
}


@dataclass(slots=True)
class State:
    """One company: Ada is its admin, Anna has the mail."""

    site: Site
    world: World
    domain: str
    ada: Person
    anna: Person
    ids: dict[str, list[str]] = field(default_factory=dict)
    """Public ids by the name of the argument that takes them in a path."""

    def mail(self, **mail: Any) -> str:
        """Take a mail of Anna's in by Bcc; answer the letter's id."""
        given = {"from_": self.anna.email, "to": "maria@fabrikam.example"} | mail
        filed = self.world.mail(a_message(**given))
        assert filed, given
        return self.site.sealer.seal("message", filed.message_id)

    def held(self, **mail: Any) -> None:
        """Take a mail of a proved stranger in."""
        assert self.world.mail(a_message(**({"to": "maria@fabrikam.example"} | mail))) is None

    def record(self, kind: str, **fields: Any) -> str:
        """Make a record of Anna's; answer its id."""
        return str(self.anna.api.post(RECORDS[kind], fields)["id"])

    def show(self, kind: str, *ids: str) -> None:
        """Let the pages of these be looked at."""
        self.ids.setdefault(kind, []).extend(ids)


def _empty(at: State) -> None:
    """A company on its first day."""


def _one(at: State) -> None:
    """One of everything."""
    maria = at.record("contact", name="Maria Lopez", addresses=["maria@fabrikam.example"])
    carl = at.record("contact", name="Carl Ek", addresses=["carl@contoso.example"])
    at.show("contact", maria)
    at.show("organization", at.record("organization", name="Fabrikam", domains=["fabrikam.example"]))
    at.show("deal", at.record("deal", title="Garden chairs", contact_ids=[maria], value="3560.00", currency="EUR"))
    at.show("lead", at.record("lead", title="Showroom", contact_ids=[maria]))
    at.show("project", at.record("project", title="Terrace", contact_ids=[maria]))
    at.show("message", at.mail(subject="Offer", text="Hello Maria,\n\n40 chairs at 89 EUR each.\n"))
    hook = at.anna.api.post("webhooks", {"url": "https://hooks.example/in", "events": ["message.filed"]})
    sent = at.anna.api.post(f"webhooks/{hook['id']}/test", {})
    at.show("webhook", hook["id"])
    at.show("delivery", sent["id"])
    for title in ("Tables", "Benches"):
        at.record("deal", title=title, contact_ids=[carl])
    at.mail(to="carl@contoso.example", subject="Which one?", text="Hello Carl,\n\nwhich one do you take?\n")
    at.held(from_="sven@tailspin.example", subject="Our catalogue", text="Please find our catalogue.\n")


def _many(at: State) -> None:
    """More than fits: pages of lists, long words, long threads, a mail of every shape."""
    people = [
        at.record("contact", name=f"Customer {number:02} {LONG[:number]}", addresses=[f"c{number}@fabrikam.example"])
        for number in range(30)
    ]
    deals = [
        at.record("deal", title=f"Deal {number:02} {LONG[: number * 4]}", contact_ids=people[: number + 1])
        for number in range(12)
    ]
    for kind in ("lead", "project"):
        at.show(kind, *[at.record(kind, title=f"{kind.title()} {n}", contact_ids=people[:9]) for n in range(9)][:1])
    at.show("organization", at.record("organization", name=LONG, domains=[f"d{n}.example" for n in range(9)]))
    at.show("contact", people[0], people[-1])
    at.show("deal", deals[0], deals[-1])
    _many_letters(at)
    for number in range(6):
        at.held(from_=f"s{number}@tailspin.example", subject=f"Held {number} {LONG}", text=f"{LONG}\n")


def _many_letters(at: State) -> None:
    at.mail(to="c0@fabrikam.example", subject="Start", text="Hello.\n", message_id="<start@northwind.example>")
    for number in range(12):
        thread = {"in_reply_to": "<start@northwind.example>", "references": ["<start@northwind.example>"]}
        last = at.mail(to="c0@fabrikam.example", subject="Re: Start", text=f"Answer {number}.\n\n> Hello.\n", **thread)
    pdf = File(f"{LONG}.pdf", b"%PDF-1.4", "application/pdf")
    logo = File("logo.gif", GIF, "image/gif", inline=True, content_id="logo")
    at.show(
        "message",
        last,
        at.mail(subject=f"Catalogue {LONG} {LONG}", html=HTML, attachments=[logo, pdf, pdf]),
        at.mail(subject="Long", text=f"{LONG * 3}\n" + "A line of text that is as long as lines are.\n" * 80),
        at.mail(to=[f"c{n}@fabrikam.example" for n in range(20)], cc=[f"e{n}@x.example" for n in range(9)]),
    )
    for number in range(30):
        at.mail(to=f"c{number}@fabrikam.example", subject=f"Mail {number}", text=f"Text of mail {number}.\n" * 9)


def _rtl(at: State) -> None:
    """Hebrew and Arabic in everything that somebody can write."""
    name, title, text = "מריה לופז", "כיסאות גן — הצעה (עדכון 2)", "שלום מריה,\n\nמצורפת ההצעה: 40 כיסאות.\n\n> مرحبا\n"
    maria = at.record("contact", name=name, addresses=["maria@fabrikam.example"])
    at.show("contact", maria)
    at.show("organization", at.record("organization", name="شركة فابريكام", domains=["fabrikam.example"]))
    at.show("deal", at.record("deal", title=title, contact_ids=[maria], value="3560.00", currency="ILS"))
    at.show("lead", at.record("lead", title="اولویت (۱)", contact_ids=[maria]))
    at.show("project", at.record("project", title="מרפסת!", contact_ids=[maria]))
    file = File("הצעה.pdf", b"%PDF-1.4", "application/pdf")
    at.show("message", at.mail(to=f"{name} <maria@fabrikam.example>", subject=title, text=text, attachments=[file]))
    at.record("deal", title="שולחנות", contact_ids=[maria])
    at.mail(subject="أي واحد؟", text=text)
    at.held(from_="שלמה <shlomo@tailspin.example>", subject="קטלוג", text=text)


def _forwarding(at: State) -> None:
    """A service that asks, and the gateway with one who takes part."""
    address = at.world.house.anna.personal_bcc_address
    at.world.at = datetime.now(UTC)
    subject = f"(#417739015) Gmail Forwarding Confirmation - Receive Mail from {LONG[:40].lower()}@gmail.com"
    asks = a_message(from_="Gmail <forwarding-noreply@google.com>", to=address, subject=subject, text="Say yes.\n")
    assert at.world.mail(asks, to=address) is None
    at.world.act(lambda session, now: switch_on(session, at.world.house.ada.viewer, at.domain, now))
    at.world.act(lambda session, now: accept(session, at.world.house.anna.viewer, now))


def _people(at: State, name: str) -> None:
    """Let users be looked at, and but for the first day a team, a rule and one who has left."""
    house = at.world.house
    anna, bert, rosa = (at.site.sealer.seal("user", one.user_id) for one in (house.anna, house.bert, house.rosa))
    at.show("user", anna)
    if name == "empty":
        return
    at.show("team", str(at.ada.api.post("teams", {"name": TEAM_NAMES[name], "user_ids": [anna, bert]})["id"]))
    if name == "many":
        _forwarding(at)
        at.show("secret", ask_for_senders(at.world, at.anna.api, at.ada.api, at.ids["team"][0], LONG))
    at.ada.api.patch("company", {"never_store": ["payroll", f"from:news.{at.domain}", "subject:Gehalt"]})
    at.ada.api.patch(f"users/{rosa}", {"state": "deactivated", "successor_id": anna})
    at.show("user", rosa)


STATES: Final[dict[str, Callable[[State], None]]] = {"empty": _empty, "one": _one, "many": _many, "rtl": _rtl}


def found_company(site: Site, domain: str) -> State:
    """Make a company with nothing in it yet; close its world at the end."""
    world = World(site.database, site.settings, private=True, domain=domain)
    ada, anna = site.adopt(world.house.ada, f"ada@{domain}"), site.adopt(world.house.anna, f"anna@{domain}")
    return State(site, world, domain, ada, anna)


def make_state(site: Site, name: str, domain: str = "") -> State:
    """Make the company of a state; close its world at the end. Two of one state on a site take different domains."""
    state = found_company(site, domain or f"{name}.example")
    STATES[name](state)
    _people(state, name)
    state.show("question", *[one["id"] for one in state.anna.api.get("unresolved")["data"]][:2])
    state.show("incoming", *[one["id"] for one in state.ada.api.get("inbound")["data"]][:2])
    # A thread's id is told by its letters alone.
    for one in state.ids.get("message", []):
        state.show("thread", state.anna.api.get(f"messages/{one}")["thread_id"])
    return state
