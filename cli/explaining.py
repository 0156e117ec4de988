"""Explainer: the door's and the pipeline's answer about one file, from one set of settings."""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from accounts.addresses import Recipient, find_recipient
from cli.thinker import tools_of
from config.kinds import Network
from config.settings import Settings
from db.ids import IdSealer
from db.models import Record
from db.schema import is_current
from db.session import Database, open_database
from ingest.explain import explain
from ingest.reading import DatabaseReader
from linking.sentences import Names
from mail.envelope import NULL_REVERSE_PATH, Envelope
from mail.shape import check_shape
from mailauth.arc import check_chain
from mailauth.dkim import split_mail
from mailauth.results import Proof
from mailauth.trust import trust_of
from mailauth.verdict import SECONDS_FOR_SHOW, authenticate
from net.budget import BudgetedResolver
from net.resolver import DnsResolver, Resolver
from net.sealed import load_keys
from smtpd import replies
from smtpd.framing import Fault, MailData
from smtpd.onlooker import Onlooker
from smtpd.policy import data as door
from smtpd.reply import Reply
from smtpd.weighing import Weighed, weigh

ASSUMED_FACTS: Final = door.DoorFacts(approved=True)
"""INTERFACE 2: nobody is approved but the From address, at the universal address."""


@dataclass(frozen=True, slots=True)
class Question:
    """What INTERFACE 2 lets a caller say about a file; None is unknown."""

    path: str
    peer: str | None = None
    helo: str | None = None
    mail_from: str | None = None
    rcpt: str | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """Where the mail would go: a database, and the recipient in it (None: an unknown address)."""

    database: Database
    recipient: Recipient | None


class Explainer:
    """Answers questions, one after the other; opens a database only where a recipient is named."""

    def __init__(self, settings: Settings, resolver: Resolver | None = None) -> None:
        self._settings = settings
        self._resolver = resolver or DnsResolver(settings.dns_servers)
        self._trust = trust_of(settings)
        self._tools = tools_of(self._resolver, self._trust)
        self._database: Database | None = None

    def answer(self, question: Question) -> dict[str, Any]:
        """Answer the object of INTERFACE 2; raise OSError or ValueError where the question cannot be read."""
        _check(question)
        raw, converted = _with_crlf(Path(question.path).read_bytes())
        now = datetime.now(UTC)
        envelope = _envelope(question, now, self._settings)
        known = self._known(question.rcpt)
        weighed = _weighed(raw, self._proof(raw, envelope, now), known, now)
        told = self._told(raw, envelope, weighed.proof, known, _assumed(question, converted=converted))
        return {"reply": self._reply(raw, question, weighed, known).naming("-").line} | told

    def _proof(self, raw: bytes, envelope: Envelope, now: datetime) -> Proof:
        """Judge as the door does; of what the shape gate refuses the chain alone is looked at, for show."""
        proof = authenticate(raw, envelope, self._resolver, now=now, trust=self._trust)
        if proof.from_address:
            return proof
        dns = BudgetedResolver(self._resolver, time.monotonic() + SECONDS_FOR_SHOW)
        return replace(proof, arc=check_chain(split_mail(raw), dns, now).as_result())

    def _told(
        self, raw: bytes, envelope: Envelope, proof: Proof, known: _Known | None, assumed: tuple[str, ...]
    ) -> dict[str, Any]:
        if known is None or known.recipient is None:
            return explain(raw, envelope, proof, self._tools, assumed=assumed)
        company_id = known.recipient.company_id
        sealer = IdSealer(load_keys(self._settings.data_dir).derive("public-ids"))
        with known.database.read() as session:
            return explain(
                raw,
                envelope,
                proof,
                self._tools,
                look=DatabaseReader(session, company_id),
                company_id=company_id,
                names=_names(session, company_id),
                seal=sealer.seal,
                assumed=assumed,
            )

    def _known(self, rcpt: str | None) -> _Known | None:
        """Look the recipient up; None where there is no database that could know."""
        if rcpt is None or (database := self._open()) is None:
            return None
        with database.read() as session:
            return _Known(database, find_recipient(session, rcpt))

    def _open(self) -> Database | None:
        if self._database is None:
            if not self._settings.database_url and not self._settings.sqlite_file.exists():
                return None
            try:
                database = open_database(self._settings)
                if not is_current(database):
                    return None
            except DBAPIError:
                return None
            self._database = database
        return self._database

    def _reply(self, raw: bytes, question: Question, weighed: Weighed, known: _Known | None) -> Reply:
        """Go through the door's questions in its order."""
        return (
            _refused_envelope(question, known)
            or door.check_framing(_framing_fault(raw, self._settings.message_size_limit))
            or door.check_loop(raw, lambda _: False)
            or door.check_shape(check_shape(raw))
            or weighed.reply
            or replies.STORED
        )


def _check(question: Question) -> None:
    if question.peer is not None:
        try:
            ipaddress.ip_address(question.peer)
        except ValueError:
            raise ValueError(f"peer: {question.peer!r} is no IP address") from None


def _with_crlf(content: bytes) -> tuple[bytes, bool]:
    """Give a file of a system with LF line ends those that a client would send; tell whether it was one."""
    if b"\r" in content or b"\n" not in content:
        return content, False
    return content.replace(b"\n", b"\r\n"), True


def _envelope(question: Question, now: datetime, settings: Settings) -> Envelope:
    """Answer the envelope; a peer among TRUSTED_MTAS is the relay, and who its client was stays unknown."""
    peer = question.peer or ""
    trusted = [name for network, name in settings.trusted_mta_networks if peer and _is_within(peer, network)]
    return Envelope(
        reverse_path=question.mail_from,
        forward_paths=(question.rcpt,) if question.rcpt else (),
        helo="" if trusted else question.helo or "",
        peer="" if trusted else peer,
        tls=False,
        received_at=now,
        relay=peer if trusted else "",
        authserv_id=trusted[0] if trusted else "",
    )


def _is_within(peer: str, network: Network) -> bool:
    return ipaddress.ip_address(peer) in network


def _assumed(question: Question, *, converted: bool) -> tuple[str, ...]:
    missing = [name for name in ("peer", "helo", "mail_from", "rcpt") if getattr(question, name) is None]
    return (*missing, *(("line ends are CR LF",) if converted else ()))


def _refused_envelope(question: Question, known: _Known | None) -> Reply | None:
    if known is not None and known.recipient is None:
        return replies.UNKNOWN_RECIPIENT
    return replies.NO_REPORTS if question.mail_from == NULL_REVERSE_PATH else None


def _weighed(raw: bytes, proof: Proof, known: _Known | None, now: datetime) -> Weighed:
    """Weigh as the door does; where nobody is known, a forwarder whom the operator trusts is assumed expected."""
    if not proof.from_address or known is None or known.recipient is None:
        return Weighed(proof, door.decide(proof, ASSUMED_FACTS))
    recipient = known.recipient
    return weigh(proof, raw, recipient.company_id, (recipient,), Onlooker(known.database), now)


def _framing_fault(raw: bytes, limit: int) -> Fault | None:
    """Send the bytes through the receiver's own framing, as a client would."""
    data = MailData(limit)
    stuffed = (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:]
    data.feed(stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n")
    data.feed(b".\r\n")
    return data.fault


def _names(session: Session, company_id: int) -> Names:
    """Name records for the operator at the command line, who has the database before him anyway."""

    def name_of(record_id: int) -> str | None:
        return session.scalar(select(Record.name).where(Record.company_id == company_id, Record.id == record_id))

    return name_of
