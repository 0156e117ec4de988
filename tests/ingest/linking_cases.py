"""The rows of the linking table: who writes, what exists, which policy; which links and questions, which sentence.

`exists` is told in the words of `linking_world`; links and questions name the records that it makes. `to` is the
record whose address was used, `tag` the one whose reference tag stands in the text, `earlier` what an earlier letter
of the conversation was linked to by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

CARL: Final = "Carl Customer <carl@customer.example>"
DORA: Final = "dora@customer.example"
NEW: Final = "Nina New <nina@new.example>"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row; `says` is the sentence of the decision that it is about."""

    exists: str = ""
    mail: dict[str, Any] = field(default_factory=lambda: {"to": CARL})
    to: str = ""
    tag: str = ""
    earlier: str = ""
    blocks: tuple[str, str] | None = None
    policies: dict[str, Any] = field(default_factory=dict)
    prefers: dict[str, Any] = field(default_factory=dict)
    uploaded: bool = False
    links: dict[str, str] = field(default_factory=dict)
    asks: dict[str, list[str]] = field(default_factory=dict)
    says: str
    discarded: bool = False


DEAL: Final = "carl; chairs: deal of carl"
TWO: Final = "carl; chairs: deal of carl; tables: lead of carl"
THREE: Final = f"{TWO}; garden: project of carl"
EACH: Final = "carl; dora; chairs: deal of carl; garden: project of dora"
BOTH: Final = {"to": [CARL, DORA]}
KNOWN: Final = {"carl": "R20.address"}
KNOWN_BOTH: Final = {"carl": "R20.address", "dora": "R20.address"}
SAYS_CARL: Final = "Linked to Carl, because carl@customer.example is an address of that contact."
SAYS_ONLY: Final = "Linked to Chairs, because it is the only open deal, lead or project of Carl."
SAYS_NOTHING_OPEN: Final = "No deal, lead or project is open for anybody who takes part."
SAYS_UNKNOWN: Final = "No contact has the address nina@new.example. Who is it?"

CASES: Final[dict[str, Case]] = {
    # R20: addresses and domains
    "nobody known asks who it is": Case(mail={"to": NEW}, asks={"R24.unknown": []}, says=SAYS_UNKNOWN),
    "an exact address": Case(exists="carl", links=KNOWN, says=SAYS_CARL),
    "any other address of the contact": Case(
        exists="carl",
        mail={"to": "carl@home.example"},
        links=KNOWN,
        says="Linked to Carl, because carl@home.example is an address of that contact.",
    ),
    "case and folding of an address say nothing": Case(
        exists="carl",
        mail={"to": "CARL@Customer.Example"},
        links=KNOWN,
        says="Linked to Carl, because CARL@Customer.Example is an address of that contact.",
    ),
    "a known Cc": Case(
        exists="carl", mail={"to": DORA, "cc": CARL}, links=KNOWN, asks={"R24.unknown": []}, says=SAYS_CARL
    ),
    "two contacts": Case(exists="carl; dora", mail=BOTH, links=KNOWN_BOTH, says=SAYS_CARL),
    "an organisation by its domain": Case(
        exists="customer.example",
        links={"customer.example": "R20.domain"},
        says="Linked to customer.example, because customer.example is a domain of that organisation.",
    ),
    "the contact goes before the organisation": Case(exists="carl; customer.example", links=KNOWN, says=SAYS_CARL),
    "contact and organisation of different parties": Case(
        exists="carl; new.example",
        mail={"to": [CARL, NEW]},
        links=KNOWN | {"new.example": "R20.domain"},
        says="Linked to new.example, because new.example is a domain of that organisation.",
    ),
    "a subdomain is another domain": Case(
        exists="customer.example",
        mail={"to": "x@mail.customer.example"},
        asks={"R24.unknown": []},
        says="No contact has the address x@mail.customer.example. Who is it?",
    ),
    "a contact at a free-mail domain": Case(
        exists="free",
        mail={"to": "frida@gmail.com"},
        links={"free": "R20.address"},
        says="Linked to Free, because frida@gmail.com is an address of that contact.",
    ),
    "a free-mail domain says nothing": Case(
        exists="free",
        mail={"to": "other@gmail.com"},
        asks={"R24.unknown": []},
        says="No contact has the address other@gmail.com. Who is it?",
    ),
    "the subject alone is never enough": Case(
        exists="dora; chairs: deal of dora",
        mail={"to": NEW, "subject": "Chairs"},
        asks={"R24.unknown": []},
        says=SAYS_UNKNOWN,
    ),
    "a name without its address says nothing": Case(
        exists="carl", mail={"to": "Carl <nina@new.example>"}, asks={"R24.unknown": []}, says=SAYS_UNKNOWN
    ),
    "a colleague's own contact is a stranger": Case(
        exists="otto's carl",
        asks={"R24.unknown": [], "R24.hidden": ["carl"]},
        says="No contact has the address carl@customer.example. Who is it?",
    ),
    "colleagues are no parties": Case(
        exists="carl", mail={"to": CARL, "cc": "boss@seller.example"}, links=KNOWN, says=SAYS_CARL
    ),
    # R21: which deal, lead or project
    "the only open deal": Case(exists=DEAL, links=KNOWN | {"chairs": "R21.only_open"}, says=SAYS_ONLY),
    "the only open lead": Case(
        exists="carl; chairs: lead of carl", links=KNOWN | {"chairs": "R21.only_open"}, says=SAYS_ONLY
    ),
    "the only open project": Case(
        exists="carl; chairs: project of carl", links=KNOWN | {"chairs": "R21.only_open"}, says=SAYS_ONLY
    ),
    "a won deal gets nothing new": Case(exists="carl; chairs: won deal of carl", links=KNOWN, says=SAYS_NOTHING_OPEN),
    "a lost deal gets nothing new": Case(exists="carl; chairs: lost deal of carl", links=KNOWN, says=SAYS_NOTHING_OPEN),
    "a project that is done": Case(exists="carl; chairs: done project of carl", links=KNOWN, says=SAYS_NOTHING_OPEN),
    "an archived lead": Case(exists="carl; chairs: archived lead of carl", links=KNOWN, says=SAYS_NOTHING_OPEN),
    "a closed one beside the only open one": Case(
        exists=f"{DEAL}; tables: won deal of carl", links=KNOWN | {"chairs": "R21.only_open"}, says=SAYS_ONLY
    ),
    "a deal of the organisation": Case(
        exists="customer.example; chairs: deal of customer.example",
        links={"customer.example": "R20.domain", "chairs": "R21.only_open"},
        says="Linked to Chairs, because it is the only open deal, lead or project of customer.example.",
    ),
    "a colleague's own deal is not offered": Case(
        exists="carl; otto's chairs: deal of carl", links=KNOWN, says=SAYS_NOTHING_OPEN
    ),
    "a colleague's own deal does not make a question": Case(
        exists=f"{DEAL}; otto's tables: deal of carl", links=KNOWN | {"chairs": "R21.only_open"}, says=SAYS_ONLY
    ),
    "several open ask": Case(
        exists=TWO,
        links=KNOWN,
        asks={"R21.several": ["tables", "chairs"]},
        says="Several are open: Tables and Chairs. Which one is it about?",
    ),
    "several open, the newest": Case(
        exists=TWO,
        policies={"several_open": "newest"},
        links=KNOWN | {"tables": "R21.newest"},
        says="Linked to Tables: several are open, and the company takes the newest.",
    ),
    "several open, all of them": Case(
        exists=TWO,
        policies={"several_open": "all"},
        links=KNOWN | {"tables": "R21.all_open", "chairs": "R21.all_open"},
        says="Linked to Chairs: several are open, and the company takes all.",
    ),
    "several open, the two newest of three": Case(
        exists=THREE,
        policies={"several_open": 2},
        links=KNOWN | {"garden": "R21.newest", "tables": "R21.newest"},
        says="Linked to Garden: several are open, and the company takes the newest.",
    ),
    "several open, more wanted than there are": Case(
        exists=TWO,
        policies={"several_open": 9},
        links=KNOWN | {"tables": "R21.newest", "chairs": "R21.newest"},
        says="Linked to Chairs: several are open, and the company takes the newest.",
    ),
    "a rep who links by hand": Case(
        exists=DEAL,
        prefers={"deal_linking": "manual"},
        links=KNOWN,
        says="No deal was linked, because its owner links deals by hand.",
    ),
    "a rep who links by hand is not asked": Case(
        exists=TWO,
        prefers={"deal_linking": "manual"},
        links=KNOWN,
        says="No deal was linked, because its owner links deals by hand.",
    ),
    # R22: several recipients
    "the one with an open deal decides": Case(
        exists="carl; dora; chairs: deal of carl",
        mail=BOTH,
        links=KNOWN_BOTH | {"chairs": "R22.one_decides"},
        says="Linked to Chairs, because it is open for Carl and nothing else is for anybody who takes part.",
    ),
    "two different deals ask": Case(
        exists=EACH,
        mail=BOTH,
        links=KNOWN_BOTH,
        asks={"R22.different": ["garden", "chairs"]},
        says="The people who take part have different ones open: Garden and Chairs. Which one is it about?",
    ),
    "two different deals, the newest": Case(
        exists=EACH,
        mail=BOTH,
        policies={"several_open": "newest"},
        links=KNOWN_BOTH | {"garden": "R21.newest"},
        says="Linked to Garden: several are open, and the company takes the newest.",
    ),
    "an unknown Cc is no question once it has its place": Case(
        exists="carl", mail={"to": CARL, "cc": NEW}, links=KNOWN, says=SAYS_CARL
    ),
    "an unknown recipient beside a known one is asked about": Case(
        exists="carl", mail={"to": [CARL, NEW]}, links=KNOWN, asks={"R24.unknown": []}, says=SAYS_UNKNOWN
    ),
}
