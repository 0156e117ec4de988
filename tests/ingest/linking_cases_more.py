"""More rows of the linking table: what the mail itself names, its conversation, what never links (R14 to R33)."""

from __future__ import annotations

from typing import Final

from tests.ingest.linking_cases import CARL, DEAL, KNOWN, NEW, SAYS_CARL, SAYS_ONLY, TWO, Case

ROBOT: Final = {"Auto-Submitted": "auto-replied"}

MORE: Final[dict[str, Case]] = {
    # R20: the record's own address, its tag, the conversation
    "the address of a deal": Case(
        exists=TWO,
        to="chairs",
        links=KNOWN | {"chairs": "R20.record_address"},
        says="Linked to Chairs, because it was sent to the address of that record.",
    ),
    "the address of a closed deal": Case(
        exists="carl; chairs: won deal of carl",
        to="chairs",
        links=KNOWN | {"chairs": "R20.record_address"},
        says="Linked to Chairs, because it was sent to the address of that record.",
    ),
    "the address of a deal with strangers asks nothing": Case(
        exists=DEAL,
        mail={"to": NEW},
        to="chairs",
        links={"chairs": "R20.record_address"},
        says="Linked to Chairs, because it was sent to the address of that record.",
    ),
    "the address of a contact takes its only deal too": Case(
        exists=DEAL,
        mail={"to": NEW},
        to="carl",
        links={"carl": "R20.record_address", "chairs": "R21.only_open"},
        says="Linked to Carl, because it was sent to the address of that record.",
    ),
    "the address of a deal that the rep may not see is the universal one": Case(
        exists="carl; otto's chairs: deal of carl", to="chairs", links=KNOWN, says=SAYS_CARL
    ),
    "an internal mail to the address of a deal is kept": Case(
        exists=DEAL,
        mail={"to": "otto@seller.example"},
        to="chairs",
        links={"chairs": "R20.record_address"},
        says="Linked to Chairs, because it was sent to the address of that record.",
    ),
    "a reference tag": Case(
        exists=TWO,
        tag="chairs",
        links=KNOWN | {"chairs": "R20.tag"},
        says="Linked to Chairs, because the mail carries the reference tag of that record.",
    ),
    "the tag of a deal that the rep may not see says nothing": Case(
        exists="carl; otto's chairs: deal of carl", tag="chairs", links=KNOWN, says=SAYS_CARL
    ),
    "a record address goes before a tag": Case(
        exists=TWO,
        to="tables",
        tag="chairs",
        links=KNOWN | {"tables": "R20.record_address"},
        says="Linked to Tables, because it was sent to the address of that record.",
    ),
    "a tag goes before the conversation": Case(
        exists=TWO,
        tag="chairs",
        earlier="tables",
        links=KNOWN | {"chairs": "R20.tag"},
        says="Linked to Chairs, because the mail carries the reference tag of that record.",
    ),
    "the conversation goes before the only open one": Case(
        exists="carl; dora; chairs: deal of carl; tables: deal of dora",
        earlier="tables",
        links=KNOWN | {"tables": "R20.thread"},
        says="Linked to Tables, because an earlier letter of the conversation is.",
    ),
    "the conversation answers what would be asked": Case(
        exists=TWO,
        earlier="chairs",
        links=KNOWN | {"chairs": "R20.thread"},
        says="Linked to Chairs, because an earlier letter of the conversation is.",
    ),
    "the conversation of a closed deal": Case(
        exists="carl; chairs: won deal of carl",
        earlier="chairs",
        links=KNOWN | {"chairs": "R20.thread"},
        says="Linked to Chairs, because an earlier letter of the conversation is.",
    ),
    "the conversation counts for who links by hand": Case(
        exists=DEAL,
        earlier="chairs",
        prefers={"deal_linking": "manual"},
        links=KNOWN | {"chairs": "R20.thread"},
        says="Linked to Chairs, because an earlier letter of the conversation is.",
    ),
    # R14, R14a, R23, R24, R33: what never links, asks or creates
    "automatic mail asks nothing": Case(
        mail={"to": NEW, "extra": ROBOT},
        policies={"unknown_address": "contact"},
        says="Linked to nothing: no record matched.",
    ),
    "automatic mail links what is known": Case(
        exists="carl", mail={"to": CARL, "extra": ROBOT}, links=KNOWN, says=SAYS_CARL
    ),
    "strangers are ignored where the company says so": Case(
        mail={"to": NEW},
        policies={"unknown_address": "ignore"},
        says="No contact has the address nina@new.example; the company ignores unknown addresses.",
    ),
    "a role address makes no contact": Case(
        mail={"to": "info@new.example"},
        policies={"unknown_address": "contact"},
        asks={"R24.unknown": []},
        says="No contact has the address info@new.example. Who is it?",
    ),
    "a stranger in Cc makes no contact": Case(
        exists="carl",
        mail={"to": CARL, "cc": NEW},
        policies={"unknown_address": "contact"},
        links=KNOWN,
        says=SAYS_CARL,
    ),
    "a colleague's own contact is not made twice": Case(
        exists="otto's carl",
        policies={"unknown_address": "contact"},
        asks={"R24.unknown": [], "R24.hidden": ["carl"]},
        says="No contact has the address carl@customer.example. Who is it?",
    ),
    "a blocked party links nothing": Case(
        exists="carl; dora",
        mail={"to": [CARL, NEW]},
        blocks=("new.example", "company"),
        links=KNOWN,
        says="Left out: nina@new.example, on the company's list of blocked addresses.",
    ),
    "one's own blocked party links nothing": Case(
        exists="carl",
        mail={"to": [CARL, NEW]},
        blocks=("new.example", "mine"),
        links=KNOWN,
        says="Left out: nina@new.example, on your own list of blocked addresses, which only you see.",
    ),
    "among colleagues alone it is not captured": Case(
        exists=DEAL,
        mail={"to": "otto@seller.example"},
        discarded=True,
        says="Not captured: everybody who takes part is inside the company.",
    ),
    "among colleagues, kept where the company says so": Case(
        mail={"to": "otto@seller.example"},
        policies={"internal_mail": "keep"},
        says="Kept, though everybody who takes part is inside the company.",
    ),
    "a note is a question": Case(
        mail={"to": ""},
        asks={"R14.note": []},
        says="This is a note to oneself: it has no other recipient and holds no forwarded mail.",
    ),
    "an upload in our name that nothing proves links nothing": Case(
        exists=DEAL,
        uploaded=True,
        says="rita@seller.example is one of us, but nothing proves who sent this: it is marked and links nothing.",
    ),
    "a customer's uploaded mail": Case(
        exists=DEAL,
        mail={"from_": CARL, "to": "rita@seller.example"},
        uploaded=True,
        links=KNOWN | {"chairs": "R21.only_open"},
        says=SAYS_ONLY,
    ),
}
