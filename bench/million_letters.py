"""The newest mail of a large installation, as time goes on: letters, their copies, links, decisions, documents.

Three of five conversations are shared, one of twenty is for a team, the others are private. One letter of ten shows
HTML. What is older is made of this in the database itself (`bench.million_seasons`).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Dialect

from bench.bulk import STAGED, Row, Sink
from bench.million_people import AT_ONCE, DOMAIN, MADE, NUMBER, People, email_of
from bench.million_talk import Speech, Talk, Talks
from db.ids import COUNTER_BITS, MS_SHIFT
from db.models.search import Words
from db.search import sight_of
from db.search_document import Document, Texts, document_of
from mail.body import snippet

UNREAD: Final = (0.3, 0.01)
"""Part of the incoming mail that users leave unread: one in two reads nearly all."""
WITNESSED: Final = 0.04
HELD_EVERY: Final = 2500
REFERENCES: Final = 5
MILLISECOND: Final = timedelta(milliseconds=1)
NOTHING: Final = "[]"


class Mail:
    """Writes letters into a sink; `raw` are the hashes of the mails that stand for all."""

    def __init__(self, people: People, raw: tuple[str, ...], letters: int, start: datetime, length: timedelta) -> None:
        self._people = people
        self._raw = raw
        self._letters = letters
        self._start = start
        self._length = length
        self._chance = random.Random(7)
        self._speech = Speech(self._chance)
        self._talks = Talks(people, self._speech, self._chance)
        self._words = Words()

    def write(self, sink: Sink, dialect: Dialect) -> None:
        """Write them all, the oldest first."""
        rows: dict[str, list[Row]] = {}
        for number in range(self._letters):
            for table, row in self._letter(number, dialect):
                rows.setdefault(table, []).append(row)
            if number % AT_ONCE == AT_ONCE - 1 or number == self._letters - 1:
                for table, made in rows.items():
                    sink.put(table, made, into=f"{STAGED}{table}")
                rows.clear()

    def _letter(self, number: int, dialect: Dialect) -> Iterator[tuple[str, Row]]:
        at = self._start + self._length * number / self._letters
        id_ = (at - MADE) // MILLISECOND << MS_SHIFT | NUMBER << COUNTER_BITS
        talk, began = self._talks.next(number * 7919 % len(self._people.users), id_)
        written = Written(self._people, talk, id_, at)
        if began:
            yield "thread", (self._people.company_id, id_, written.moment)
        said = self._speech.letter(number)
        words = self._words.process_bind_param((*written.heading, *said.words), dialect)
        yield from written.letter(said.text, has_html=number % 10 == 0)
        yield from written.parties()
        yield from written.references()
        by = [talk.owner]
        if self._chance.random() < WITNESSED:
            by.append((talk.owner + 1) % len(self._people.users))
        for place, owner in enumerate(by):
            sight = sight_of(self._people.company_id, self._people.users[owner], talk.sharing)
            yield from written.copy(id_ + 1 + place, owner, self._raw[number % len(self._raw)], self._chance.random())
            yield "search_document", (
                self._people.company_id, id_ + 1 + place, self._words.process_bind_param(sight, dialect), words,
            )  # fmt: skip
        yield from written.links(id_ + 1)
        talk.sent.append(written.msg_id)
        if number % HELD_EVERY == 0:
            yield "inbound_message", written.inbound(id_ + 9, talk.owner, self._raw[0], status="held")


class Written:
    """The rows of one letter."""

    def __init__(self, people: People, talk: Talk, id_: int, at: datetime) -> None:
        self._people = people
        self._company = people.company_id
        self._talk = talk
        self._id = id_
        self._is_reply = bool(talk.sent)
        self.is_incoming = len(talk.sent) % 2 == 1
        self.moment = f"{at:%Y-%m-%d %H:%M:%S.%f}"
        self.msg_id = f"<{id_ >> MS_SHIFT:x}@{DOMAIN}>"
        self._subject = f"Re: {talk.subject}" if self._is_reply else talk.subject
        user = (f"User {talk.owner}", email_of(talk.owner))
        other = (talk.name, talk.address)
        self._from, self._to = (other, user) if self.is_incoming else (user, other)

    @property
    def heading(self) -> Document:
        """Answer the words of the header fields."""
        from_, to = " ".join(self._from), " ".join(self._to)
        return document_of(Texts(from_=(from_,), to=(to,), subject=self._subject))

    def letter(self, text: str, *, has_html: bool) -> Iterator[tuple[str, Row]]:
        """Give the letter's own row."""
        digest = f"{self._id:032x}"
        yield "message", (
            self._company, self._id, self._talk.id, self.msg_id, digest, 1, digest, self._subject, self._talk.subject,
            self.moment, *self._from, self._from[1], text, text, snippet(text), has_html, None, self.moment,
        )  # fmt: skip

    def parties(self) -> Iterator[tuple[str, Row]]:
        """Give who wrote it and to whom."""
        for where, (name, address) in (("from", self._from), ("to", self._to)):
            yield "message_address", (self._company, self._id, where, 0, name, address, address)

    def references(self) -> Iterator[tuple[str, Row]]:
        """Give the msg-ids that it names."""
        yield "message_reference", (self._company, self._id, "own", 0, self.msg_id)
        for place, named in enumerate(self._talk.sent[-REFERENCES:]):
            yield "message_reference", (self._company, self._id, "references", place, named)
        for named in self._talk.sent[-1:]:
            yield "message_reference", (self._company, self._id, "in_reply_to", 0, named)

    def inbound(self, id_: int, owner: int, sha256: str, *, status: str = "filed") -> Row:
        """Give the mail that brought it."""
        envelope = {"reverse_path": self._from[1], "forward_paths": [self._people.bcc_address]}
        reason = "R9.approved" if status == "filed" else "R9.not_approved"
        return (
            self._company, id_, f"{id_:032x}", "smtp", self._people.users[owner], json.dumps(envelope), sha256, 6000,
            self.moment, None, status, reason, json.dumps({"from": self._from[1]}), 1, self.moment,
        )  # fmt: skip

    def copy(self, id_: int, owner: int, sha256: str, chance: float) -> Iterator[tuple[str, Row]]:
        """Give one witness's copy with its mail and what was decided about it."""
        talk = self._talk
        yield "inbound_message", self.inbound(id_, owner, sha256)
        deleted = self.moment if chance < 0.005 else None
        is_read = not self.is_incoming or chance > UNREAD[owner % 2]
        direction = "incoming" if self.is_incoming else "outgoing"
        yield "message_copy", (
            self._company, id_, self._id, self._people.users[owner], id_, 0, sha256, f"{self._id:032x}",
            "smtp", talk.sharing, direction, "copy", NOTHING, None, proof_of(self._from[1]), None,
            self.moment, self.moment, is_read, False, deleted, None,
        )  # fmt: skip
        yield "decision", (self._company, id_, id_, "arrival", self._steps(), self.moment)

    def links(self, copy_id: int) -> Iterator[tuple[str, Row]]:
        """Give the links: the letter's own where it is shared, else the copy's."""
        of_copy = None if self._talk.sharing == "shared" else copy_id
        for place, target in enumerate(self._talk.targets):
            rule, args = ("R20.thread", {"record": target}) if self._is_reply else ("R20.address", self._by(target))
            yield "link", (
                self._company, self._id + 20 + place, self._id, of_copy, target, "auto", rule, json.dumps(args),
                None, self.moment, None, None,
            )  # fmt: skip

    def _by(self, target: int) -> dict[str, Any]:
        return {"record": target, "address": self._talk.address}

    def _steps(self) -> str:
        steps: list[dict[str, Any]] = [
            _step("link", "linked", "R20.address", self._by(target)) for target in self._talk.targets[:1]
        ]
        steps.append(_step("file", self._talk.sharing, f"R30.{self._talk.sharing}", {}))
        return json.dumps(steps)


def _step(name: str, outcome: str, rule: str, args: dict[str, Any]) -> dict[str, Any]:
    return {"step": name, "outcome": outcome, "rule": rule, "args": args, "losers": [], "letter": 0, "owner": None}


def proof_of(address: str) -> str:
    """Answer a proof by an aligned signature, as it is stored."""
    domain = address.partition("@")[2]
    signature: dict[str, Any] = {
        "result": "pass",
        "domain": domain,
        "selector": "s1",
        "algorithm": "rsa-sha256",
        "reason": "",
    }
    signature |= {"aligned": True, "counts": True, "signed_fields": ["from", "to", "subject", "date"]}
    return json.dumps(
        {
            "verdict": "proved",
            "from_address": address,
            "spf": {"result": "none", "domain": domain, "counts": False, "reason": ""},
            "dkim": [signature],
            "dmarc": {"result": "pass", "policy": "none", "domain": domain},
            "arc": {"result": "none", "sealers": [], "reason": "", "signed_fields": []},
            "sentence": "",
            "method": "",
            "publishes_nothing": False,
            "otherwise": None,
            "days_old": 0,
            "records": [],
        }
    )
