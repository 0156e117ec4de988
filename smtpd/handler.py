"""One short hook a verb: facts in, policy, Reply out. The only place where the event loop meets what waits.

Database, DNS and cryptography are asked in threads; the store is awaited; nothing here touches a socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol

import structlog

from accounts.addresses import Recipient
from db.failures import StorageFull, StorageUnavailable, place_of
from ingest.delivery import Delivery, Stored
from mail.address import address_key, domain_of
from mail.envelope import Envelope
from mailauth.arriving import BodyHashes
from mailauth.results import Proof, Verdict
from mailauth.verdict import given_up
from smtpd import replies
from smtpd.directory import SenderFacts
from smtpd.examine import Examined
from smtpd.policy.data import DoorFacts, check_loop, check_shape, decide, is_given_up
from smtpd.policy.rcpt import RcptFacts, decide_rcpt
from smtpd.reply import Reply
from smtpd.tarpit import Tarpit
from smtpd.transaction import Transaction, Visit

JUDGING_THREADS: Final = 32
"""They wait for DNS."""
log = structlog.get_logger(__name__)


class Asked(Protocol):
    """What of `smtpd.directory.Directory` the door asks."""

    def recipient(self, addr_spec: str) -> Recipient | None: ...
    def sender_facts(self, company_id: int, address_key: str, domain: str) -> SenderFacts: ...
    def note_trouble(self, domain: str, now: datetime) -> timedelta: ...
    def clear_trouble(self, domain: str) -> None: ...


def _uncounted(_company_id: int, _day: date, _reply: Reply) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the handler works with; `examine` and the directory may wait, `submit` may not.

    `examine_known` answers None where `examine` would wait for others. `refused` counts what was answered.
    """

    directory: Asked
    examine: Callable[[bytes, Envelope, datetime, BodyHashes | None], Examined]
    examine_known: Callable[[bytes, Envelope, datetime, BodyHashes | None], Examined | None]
    submit: Callable[[Delivery], Future[Stored]]
    seal: Callable[[int], str]
    is_our_id: Callable[[str], bool]
    now: Callable[[], datetime]
    refused: Callable[[int, date, Reply], None] = _uncounted


class Handler:
    """The hooks of aiosmtpd; one for all sessions of a process."""

    def __init__(self, tools: Tools, *, unknown_recipients: int = 3, reply_seconds: float = 30) -> None:
        self._tools = tools
        self._unknown_limit = unknown_recipients
        self._reply_seconds = reply_seconds
        self._tarpit = Tarpit()
        # One thread for what is done in a millisecond: several would only pass the interpreter around,
        # which was measured to cost four times the work.
        self._quick = ThreadPoolExecutor(1, thread_name_prefix="door-quick")
        self._judges = ThreadPoolExecutor(JUDGING_THREADS, thread_name_prefix="door-judge")

    def __dir__(self) -> list[str]:
        # aiosmtpd looks for hooks at every connection, by dir().
        return ["handle_RCPT", "handle_DATA"]

    def close(self) -> None:
        """End the threads; what they do now is finished first."""
        self._quick.shutdown()
        self._judges.shutdown()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name of the hook
        self, _server: object, visit: Visit, transaction: Transaction, path: str, _options: Collection[str]
    ) -> Reply:
        """Answer to a forward-path in one of our domains (R3, R4)."""
        try:
            async with asyncio.timeout(self._reply_seconds):
                recipient = await self._in_thread(self._quick, self._tools.directory.recipient, path)
        except Exception as error:  # R2: whatever the database says, or where it says nothing, the client hears 451
            return _trouble(error, "recipient not looked up")
        facts = RcptFacts(
            reverse_path=transaction.reverse_path or "",
            company_id=transaction.company_id,
            recipients=len(transaction.recipients),
            unknown_before=visit.unknown_recipients,
            unknown_limit=self._unknown_limit,
        )
        reply = decide_rcpt(recipient.company_id if recipient else None, facts)
        if recipient is None:
            visit.unknown_recipients += 1
            await asyncio.sleep(self._tarpit.take(asyncio.get_running_loop().time()))
        elif reply is replies.RECIPIENT_OK:
            transaction.add(recipient, path)
        return reply

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name of the hook
        self, _server: object, visit: Visit, transaction: Transaction
    ) -> tuple[Reply, Verdict | None]:
        """Refuse, defer, or keep and name the id (R2, R8); the verdict is for the network's good name."""
        envelope = transaction.envelope(visit, self._tools.now())
        raw, transaction.content = transaction.content, None
        reply, verdict = await self._settle(raw, envelope, transaction)
        self._tools.refused(transaction.company_id or 0, envelope.received_at.date(), reply)
        return reply, verdict

    async def _settle(self, raw: Any, envelope: Envelope, transaction: Transaction) -> tuple[Reply, Verdict | None]:
        """Answer what the client hears, whatever happens to us meanwhile."""
        try:
            async with asyncio.timeout(self._reply_seconds):
                return await self._take(raw, envelope, transaction)
        except TimeoutError:
            return replies.OUT_OF_TIME, None
        except StorageFull:
            return replies.DISK_FULL, None
        except StorageUnavailable:
            return replies.NOT_NOW, None
        except Exception as error:  # R2: an unexpected exception is 451, never 250, never 5xx
            return _trouble(error, "mail not taken"), None

    async def _take(self, raw: Any, envelope: Envelope, transaction: Transaction) -> tuple[Reply, Verdict | None]:
        judged = await self._in_thread(self._quick, self._judge_known, raw, envelope, transaction)
        if judged is None:
            judged = await self._in_thread(self._judges, self._judge, raw, envelope, transaction)
        if isinstance(judged, Reply):
            return judged, None
        company_id = transaction.company_id
        assert company_id is not None  # noqa: S101 - DATA follows an accepted RCPT
        delivery = Delivery(company_id=company_id, envelope=envelope, raw=raw, origin="smtp", proof=judged)
        # A client that goes away cancels us, not the store: what it took stays.
        stored = await asyncio.shield(asyncio.wrap_future(self._tools.submit(delivery)))
        return replies.STORED.naming(self._tools.seal(stored.inbound_id)), judged.verdict

    def _judge_known(self, raw: bytes, envelope: Envelope, transaction: Transaction) -> Reply | Proof | None:
        """Judge as `_judge` does, but answer None where that would wait for others."""
        if (refusal := check_loop(raw, self._tools.is_our_id)) is not None:
            return refusal
        examined = self._tools.examine_known(raw, envelope, envelope.received_at, transaction.body_hashes)
        if examined is None or examined.proof.verdict is Verdict.DEFERRED:
            return None
        return self._weigh(examined, envelope, transaction)

    def _judge(self, raw: bytes, envelope: Envelope, transaction: Transaction) -> Reply | Proof:
        """Answer a refusal, or the proof to keep with the mail; waits, in a thread."""
        examined = self._tools.examine(raw, envelope, envelope.received_at, transaction.body_hashes)
        return self._weigh(examined, envelope, transaction)

    def _weigh(self, examined: Examined, envelope: Envelope, transaction: Transaction) -> Reply | Proof:
        if (refusal := check_shape(examined.fault)) is not None:
            return refusal
        proof, facts = self._with_facts(examined.proof, transaction, envelope.received_at)
        return decide(proof, facts) or proof

    def _with_facts(self, proof: Proof, transaction: Transaction, now: datetime) -> tuple[Proof, DoorFacts]:
        domain, directory = domain_of(proof.from_address), self._tools.directory
        known = directory.sender_facts(transaction.company_id or 0, address_key(proof.from_address), domain)
        if proof.verdict is Verdict.DEFERRED:
            proof = given_up(proof) if is_given_up(directory.note_trouble(domain, now)) else proof
        elif known.in_trouble:
            directory.clear_trouble(domain)
        return proof, DoorFacts(
            unprovable_senders=known.policies.unprovable_senders,
            unapproved_senders=known.policies.unapproved_senders,
            personal=transaction.has_personal,
            users_address=known.standing is not None,
            approved=known.standing is not None and known.standing.approved,
        )

    async def _in_thread[T](self, threads: Executor, work: Callable[..., T], *facts: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, work, *facts)


def _trouble(error: Exception, what: str) -> Reply:
    """Log without the error's own text, which may quote an address or the mail."""
    log.error(what, error=type(error).__name__, place=place_of(error))
    return replies.NOT_NOW
