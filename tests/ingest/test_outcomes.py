"""RULES R8a, R9, R9b, R55 as a table: who writes, what proves it, to which address, what is decided there.

Each row is asked three ways, and all agree: the door weighs the mail, the pipeline files or holds what the door
keeps, and `explain` tells what both would do without a trace.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from accounts.addresses import find_recipient
from accounts.senders import SenderState
from accounts.user_change import change_user
from db.ids import new_id
from db.models import ApprovedSender
from db.session import Database
from ingest.authenticate import Tools
from ingest.explain import explain
from ingest.reading import DatabaseReader
from mail.envelope import Envelope
from mailauth.results import ArcResult, DmarcResult, Judgement, Method, Proof, Verdict
from smtpd.onlooker import Onlooker
from smtpd.weighing import weigh
from tests.kit.mails import a_message
from tests.kit.proofs import SIGNED, Signatures, a_proof
from tests.kit.thinking import Office

FROM: Final = {
    "rita": "Rita Rep <rita@seller.example>",
    "otto": "Otto <otto@seller.example>",
    "wilma": "Wilma <wilma@small.example>",
    "rita at home": "Rita <rita@home.example>",
    "our domain": "Rita Rep <r.rep@seller.example>",
    "read-only": "rick@seller.example",
    "outsider": "Carl <carl@customer.example>",
}
TABLE: Final = """
who          | proof    | address         | given         | reply      | end
rita         | proved   | universal       |               | 250 2.0.0  | filed R9.approved, rita's copy
rita         | spf      | universal       |               | 250 2.0.0  | filed R9.approved, rita's copy
rita         | proved   | record          |               | 250 2.0.0  | filed R9.approved, rita's copy
rita         | proved   | rita's          |               | 250 2.0.0  | filed R9.approved, rita's copy
rita         | proved   | rita's          | rita forwards | 250 2.0.0  | filed R9.approved, rita's copy
rita         | proved   | otto's          |               | 250 2.0.0  | filed R9.approved, rita's copy
rita         | proved   | otto's          | otto forwards | 250 2.0.0  | filed R9.approved, rita's copy
rita         | proved   | rita's + otto's | both forward  | 250 2.0.0  | filed R9.approved, rita's copy
rita         | proved   | universal       | no unapproved | 250 2.0.0  | filed R9.approved, rita's copy
rita         | forged   | universal       |               | 550 5.7.26 | refuse R9.refused
rita         | forged   | rita's          |               | 550 5.7.26 | refuse R9.refused
rita         | forged   | rita's          | rita forwards | 550 5.7.26 | refuse R9.refused
rita         | unsigned | universal       |               | 550 5.7.20 | refuse R9.refused
rita         | unsigned | universal       | weak          | 550 5.7.20 | refuse R9.refused
rita         | deferred | universal       |               | 451 4.7.5  | defer R8.try_again
rita         | deferred | rita's          | no unapproved | 451 4.7.5  | defer R8.try_again
rita         | chain    | universal       |               | 550 5.7.20 | refuse R9.refused
rita         | chain    | universal       | rita forwards | 250 2.0.0  | filed R9.approved, rita's copy
rita         | chain    | rita's          | rita forwards | 250 2.0.0  | filed R9.approved, rita's copy
rita         | chain    | otto's          | otto forwards | 250 2.0.0  | filed R9.approved, rita's copy
wilma        | nothing  | universal       |               | 250 2.0.0  | held R9.unprovable, wilma's
wilma        | nothing  | wilma's         |               | 250 2.0.0  | held R9.unprovable, wilma's
wilma        | nothing  | wilma's         | weak          | 250 2.0.0  | filed R9.approved, wilma's copy weak
wilma        | nothing  | universal       | weak          | 250 2.0.0  | held R9.unprovable, wilma's
wilma        | nothing  | record          | weak          | 250 2.0.0  | held R9.unprovable, wilma's
wilma        | nothing  | otto's          | weak          | 250 2.0.0  | held R9.unprovable, otto's
wilma        | nothing  | wilma's + all   | weak          | 250 2.0.0  | held R9.unprovable, wilma's
wilma        | nothing  | universal       | no unprovable | 550 5.7.1  | refuse R9.unprovable_refused
wilma        | nothing  | wilma's         | no unprovable | 550 5.7.1  | refuse R9.unprovable_refused
rita at home | proved   | universal       |               | 250 2.0.0  | held R9.not_approved, nobody's
rita at home | proved   | rita's          |               | 250 2.0.0  | held R9.not_approved, rita's
rita at home | proved   | rita's          | rita forwards | 250 2.0.0  | held R9.not_approved, rita's
rita at home | proved   | otto's          |               | 550 5.7.1  | refuse R8a.outsider
rita at home | proved   | otto's          | otto forwards | 250 2.0.0  | filed R8a.forwarded, otto's redirect
rita at home | proved   | universal       | no unapproved | 550 5.7.1  | refuse R9.not_approved_refused
rita at home | nothing  | rita's          | weak          | 250 2.0.0  | held R9.unprovable, rita's
our domain   | proved   | universal       |               | 250 2.0.0  | held R9.not_approved, rita's
our domain   | proved   | rita's          |               | 550 5.7.1  | refuse R8a.outsider
read-only    | proved   | universal       |               | 250 2.0.0  | held R9.not_approved, nobody's
outsider     | proved   | universal       |               | 250 2.0.0  | held R9.not_approved, nobody's
outsider     | proved   | record          |               | 250 2.0.0  | held R9.not_approved, nobody's
outsider     | proved   | universal       | no unapproved | 550 5.7.1  | refuse R9.not_approved_refused
outsider     | forged   | universal       |               | 550 5.7.26 | refuse R9.refused
outsider     | nothing  | universal       |               | 250 2.0.0  | held R9.unprovable, nobody's
outsider     | chain    | universal       |               | 550 5.7.20 | refuse R9.refused
outsider     | proved   | rita's          |               | 550 5.7.1  | refuse R8a.outsider
outsider     | nothing  | rita's          |               | 550 5.7.1  | refuse R8a.outsider
outsider     | forged   | rita's          |               | 550 5.7.26 | refuse R9.refused
outsider     | deferred | rita's          |               | 451 4.7.5  | defer R8.try_again
outsider     | proved   | rita's          | rita forwards | 250 2.0.0  | filed R8a.forwarded, rita's redirect
outsider     | spf      | rita's          | rita forwards | 250 2.0.0  | filed R8a.forwarded, rita's redirect
outsider     | chain    | rita's          | rita forwards | 250 2.0.0  | filed R8a.forwarded, rita's redirect
outsider     | chain    | rita's          |               | 550 5.7.20 | refuse R9.refused
outsider     | forged   | rita's          | rita forwards | 250 2.0.0  | held R8a.forwarded_unproved, rita's
outsider     | unsigned | rita's          | rita forwards | 250 2.0.0  | held R8a.forwarded_unproved, rita's
outsider     | nothing  | rita's          | rita forwards | 250 2.0.0  | held R8a.forwarded_unproved, rita's
outsider     | deferred | rita's          | rita forwards | 451 4.7.5  | defer R8.try_again
outsider     | proved   | rita's          | forwards, no  | 250 2.0.0  | filed R8a.forwarded, rita's redirect
outsider     | nothing  | rita's          | forwards, no  | 250 2.0.0  | held R8a.forwarded_unproved, rita's
outsider     | proved   | rita's + otto's | both forward  | 250 2.0.0  | filed R8a.forwarded, rita's and otto's redirect
outsider     | proved   | rita's + otto's | rita forwards | 550 5.7.1  | refuse R8a.outsider
outsider     | proved   | rita's + all    | rita forwards | 250 2.0.0  | held R9.not_approved, rita's
outsider     | chain    | rita's + all    | rita forwards | 550 5.7.20 | refuse R9.refused
outsider     | proved   | rita's + all    | forwards, no  | 550 5.7.1  | refuse R9.not_approved_refused
outsider     | proved   | the leaver's    |               | 250 2.0.0  | held R55.successor, rita's
outsider     | nothing  | the leaver's    |               | 250 2.0.0  | held R55.successor, rita's
outsider     | forged   | the leaver's    |               | 550 5.7.26 | refuse R9.refused
"""
ROWS: Final = [tuple(cell.strip() for cell in line.split("|")) for line in TABLE.strip().splitlines()[1:]]
USERS: Final = ("rita", "otto", "wilma")
GIVEN: Final[dict[str, tuple[frozenset[str], dict[str, str]]]] = {
    "": (frozenset(), {}),
    "weak": (frozenset(), {"unprovable_senders": "weak"}),
    "no unprovable": (frozenset(), {"unprovable_senders": "refuse"}),
    "no unapproved": (frozenset(), {"unapproved_senders": "refuse"}),
    "rita forwards": (frozenset({"rita"}), {}),
    "otto forwards": (frozenset({"otto"}), {}),
    "both forward": (frozenset({"rita", "otto"}), {}),
    "forwards, no": (frozenset({"rita"}), {"unapproved_senders": "refuse", "unprovable_senders": "refuse"}),
}
SEALED: Final = ArcResult(result="pass", sealers=("forwarder.example",), signed_fields=SIGNED)
AS_IT_IS: Final = {"unprovable_senders": "hold", "unapproved_senders": "hold"}


def the_proof(name: str, address: str) -> Proof:
    """What the door finds before it weighs."""
    proved = a_proof(address)
    unproved = a_proof(address, Verdict.UNPROVED)
    rejects = DmarcResult(result="fail", policy="reject", domain=address.rpartition("@")[2])
    otherwise = Judgement(verdict=Verdict.UNPROVED, sentence="nothing else proves it")
    return {
        "proved": proved,
        "spf": replace(proved, dkim=(), spf=replace(proved.spf, result="pass", counts=True), method=Method.SPF),
        "chain": replace(unproved, verdict=Verdict.PROVED, method=Method.ARC, arc=SEALED, otherwise=otherwise),
        "forged": replace(unproved, dmarc=rejects),
        "unsigned": unproved,
        "nothing": a_proof(address, Verdict.UNPROVED, publishes=False),
        "deferred": a_proof(address, Verdict.DEFERRED),
    }[name]


@dataclass
class House:
    """The cast: three users, one who reads only, one who has left Rita his mail, one address that is not approved."""

    office: Office

    def __post_init__(self) -> None:
        office = self.office
        self.users = {
            "rita": office.user("rita@seller.example", name="Rita Rep"),
            "otto": office.user("otto@seller.example", name="Otto"),
            "wilma": office.user("wilma@small.example", name="Wilma"),
        }
        office.user("rick@seller.example", role="read_only")
        admin, leaver = office.user("ada@seller.example", role="admin"), office.user("leo@seller.example")
        with office.database.write() as session:
            _ask_for(session, office, self.users["rita"].user_id, "rita@home.example")
            change = {"state": "deactivated", "successor_id": self.users["rita"].user_id}
            change_user(session, admin.viewer, leaver.user_id, change, office.at)
        deal = office.record(self.users["rita"], "deal", title="Chairs")
        personal = {f"{name}'s": user.personal_bcc_address for name, user in self.users.items()}
        self.addresses = {
            **{name: (address,) for name, address in personal.items()},
            "universal": (office.bcc_address,),
            "record": (deal.bcc_address,),
            "the leaver's": (leaver.personal_bcc_address,),
            "rita's + otto's": (personal["rita's"], personal["otto's"]),
            "rita's + all": (personal["rita's"], office.bcc_address),
            "wilma's + all": (personal["wilma's"], office.bcc_address),
        }

    def decide(self, given: str) -> None:
        """Let users and company choose."""
        forwarding, policies = GIVEN[given]
        self.office.decides(**AS_IT_IS | policies)
        for name, user in self.users.items():
            self.office.prefers(user, forwards_here=name in forwarding)

    def owner(self, user_id: int | None) -> str:
        """Name an owner."""
        return next((f"{name}'s" for name, user in self.users.items() if user.user_id == user_id), "nobody's")


def _ask_for(session: Session, office: Office, user_id: int, address: str) -> None:
    values = {"company_id": office.company_id, "user_id": user_id, "address": address, "address_key": address}
    times = {"created_at": office.at, "changed_at": office.at}
    row: dict[str, Any] = {"id": new_id(session), "state": SenderState.REQUESTED, **values, **times}
    session.execute(insert(ApprovedSender).values(**row))


def what_happens(house: House, number: int, row: tuple[str, ...]) -> tuple[str, str, str]:
    """Answer what the door says, how it ends, and what `explain` says of the end."""
    office, (who, proved, where, given) = house.office, row[:4]
    house.decide(given)
    raw = a_message(from_=FROM[who], to="dora@customer.example", message_id=f"<{number}@x.example>", text=f"{number}\n")
    address = FROM[who].rpartition("<")[2].rstrip(">")
    paths = house.addresses[where]
    with office.database.read() as session:
        recipients = [found for path in paths if (found := find_recipient(session, path))]
    directory = Onlooker(office.database)
    weighed = weigh(the_proof(proved, address), raw, office.company_id, recipients, directory, office.at)
    told = explained(house, raw, paths, weighed.proof)
    if weighed.reply is not None:
        return f"{weighed.reply.code} {weighed.reply.enhanced}", told, told
    plan = office.deliver(raw, to=paths, proof=weighed.proof).plan
    kept = office.inbound(plan.inbound.id)
    if not plan.letters:
        return "250 2.0.0", f"{kept.status} {kept.reason}, {house.owner(kept.owner_id)}", told
    owners = " and ".join(house.owner(letter.owner_id) for letter in plan.letters)
    letter = plan.letters[0]
    assert (letter.kind, letter.direction) in {("copy", "outgoing"), ("redirect", "incoming")}
    shape = " ".join([letter.kind, *letter.marks])
    return "250 2.0.0", f"{kept.status} {kept.reason}, {owners} {shape}", told


def explained(house: House, raw: bytes, paths: tuple[str, ...], proof: Proof) -> str:
    """Answer outcome and rule of the step that lets in, as `explain` tells them."""
    office = house.office
    envelope = Envelope(
        reverse_path="srs0=x=y=customer.example=carl@forwarder.example",
        forward_paths=paths,
        helo="mx.forwarder.example",
        peer="192.0.2.1",
        tls=False,
        received_at=office.at,
    )
    with office.database.read() as session:
        look = DatabaseReader(session, office.company_id)
        tools = Tools(authenticate=Signatures())
        answer = explain(raw, envelope, proof, tools, look=look, company_id=office.company_id)
    step = next(one for one in answer["decisions"] if one["step"] == "admit")
    assert not step["sentence"].startswith("Decided by rule"), step
    return f"{step['outcome']} {step['rule']}"


def test_what_becomes_of_a_mail(database: Database) -> None:
    house = House(Office(database))
    happened = {row[:4]: what_happens(house, number, row) for number, row in enumerate(ROWS)}
    assert len(happened) == len(ROWS)
    assert {row: one[:2] for row, one in happened.items()} == {row[:4]: row[4:] for row in ROWS}
    for row, (reply, end, told) in happened.items():
        outcome = {"filed": "file", "held": "hold"}.get(end.split()[0], end.split()[0])
        assert told == f"{outcome} {end.split()[1].rstrip(',')}", (row, reply)


@pytest.mark.parametrize("column", range(6))
def test_the_table_says_something_in_each_column(column: int) -> None:
    assert len({row[column] for row in ROWS}) > 3
