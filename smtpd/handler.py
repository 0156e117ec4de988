"""One short hook a verb: facts in, policy, Reply out. The only place where the event loop meets what waits.

Database, DNS and cryptography are asked in threads; the store is awaited; nothing here touches a socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol

import structlog

from accounts.addresses import AddressKind, Recipient
from accounts.throttle import Throttled
from accounts.viewer import Viewer
from db.failures import StorageFull, StorageUnavailable, place_of
from ingest.delivery import Delivery, Stored
from ingest.noticing_door import TurnedAway
from mail.address import address_key, domain_of
from mail.envelope import Envelope
from mail.shape import author
from mail.shape import check_shape as shape_fault
from mailauth.arriving import BodyHashes, header_part
from mailauth.results import Proof, Verdict
from mailauth.submission import submitted
from smtpd import replies
from smtpd.examine import Examined
from smtpd.policy.authentication import MOST_FAILURES
from smtpd.policy.data import check_loop, check_shape
from smtpd.policy.rcpt import RcptFacts, decide_rcpt
from smtpd.policy.submission import check_author
from smtpd.reply import Reply
from smtpd.returned import take_returned
from smtpd.robot import weigh_for_robot, within
from smtpd.sasl import Credentials
from smtpd.tarpit import Tarpit
from smtpd.transaction import NO_COMPANY, Transaction, Visit
from smtpd.weighing import KnowsSenders, weigh

JUDGING_THREADS: Final = 32
"""They wait for DNS."""
log = structlog.get_logger(__name__)


class Asked(KnowsSenders, Protocol):
    """What of `smtpd.directory.Directory` the door asks."""

    def recipient(self, addr_spec: str) -> Recipient | None: ...
    def company_of(self, address_key: str) -> int | None: ...
    def sign_in(self, login: str, password: str, peer: str) -> Viewer | Throttled | None: ...


def _uncounted(_company_id: int, _day: date, _reply: Reply) -> None:
    return None


def _untold(_mail: TurnedAway) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the handler works with; `examine` and the directory may wait, `submit` may not.

    `examine_known` answers None where `examine` would wait for others. `refused` counts what was answered,
    `turned_away` remembers what a user should hear of.
    """

    directory: Asked
    examine: Callable[[bytes, Envelope, datetime, BodyHashes | None], Examined]
    examine_known: Callable[[bytes, Envelope, datetime, BodyHashes | None], Examined | None]
    submit: Callable[[Delivery], Future[Stored]]
    seal: Callable[[int], str]
    is_our_id: Callable[[str], bool]
    now: Callable[[], datetime]
    refused: Callable[[int, date, Reply], None] = _uncounted
    turned_away: Callable[[TurnedAway], None] = _untold


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
        return ["handle_SIGN_IN", "handle_RCPT", "handle_DATA"]

    def close(self) -> None:
        """End the threads; what they do now is finished first."""
        self._quick.shutdown()
        self._judges.shutdown()

    async def handle_SIGN_IN(  # noqa: N802 - as aiosmtpd looks for hooks
        self, _server: object, visit: Visit, _transaction: Transaction, told: Credentials
    ) -> Reply:
        """Answer to a login address and an app password (RFC 4954 §6)."""
        try:
            async with asyncio.timeout(self._reply_seconds):
                found = await self._in_thread(
                    self._judges, self._tools.directory.sign_in, told.login, told.password, visit.address
                )
        except Exception as error:  # R2: as at RCPT
            return _trouble(error, "nobody signed in")
        if isinstance(found, Viewer):
            visit.viewer = found
            return replies.SIGNED_IN
        if isinstance(found, Throttled):
            return replies.SIGN_IN_LATER
        visit.wrong_passwords += 1
        return replies.SIGN_IN_FAILURES if visit.wrong_passwords >= MOST_FAILURES else replies.WRONG_CREDENTIALS

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name of the hook
        self, _server: object, visit: Visit, transaction: Transaction, path: str, _options: Collection[str]
    ) -> Reply:
        """Answer to a forward-path in one of our domains (R3, R4)."""
        clock = asyncio.get_running_loop().time
        asked_at = clock()
        try:
            async with asyncio.timeout(self._reply_seconds):
                recipient = await self._in_thread(self._quick, self._tools.directory.recipient, path)
        except Exception as error:  # R2: whatever the database says, or where it says nothing, the client hears 451
            return _trouble(error, "recipient not looked up")
        if recipient and visit.viewer:  # Who signed in hands mail over to his own company.
            recipient = within(recipient, visit.viewer.company_id)
        facts = RcptFacts(
            reverse_path=transaction.reverse_path or "",
            company_id=transaction.company_id,
            recipients=len(transaction.recipients),
            unknown_before=visit.unknown_recipients,
            unknown_limit=self._unknown_limit,
            is_return=recipient is not None and recipient.kind is AddressKind.RETURN,
            had_return=transaction.is_return,
            apart=transaction.service.one_reply_each,
        )
        reply = decide_rcpt(recipient.company_id if recipient else None, facts)
        if recipient is None:
            visit.unknown_recipients += 1
            await asyncio.sleep(self._tarpit.take(asked_at) - clock())
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
        delivery = Delivery(
            company_id=company_id, envelope=envelope, raw=raw, origin=transaction.service.origin, proof=judged
        )
        # A client that goes away cancels us, not the store: what it took stays.
        stored = await asyncio.shield(asyncio.wrap_future(self._tools.submit(delivery)))
        return replies.STORED.naming(self._tools.seal(stored.inbound_id)), judged.verdict

    def _judge_known(self, raw: bytes, envelope: Envelope, transaction: Transaction) -> Reply | Proof | None:
        """Judge as `_judge` does, but answer None where that would wait for others."""
        if (refusal := check_loop(raw, self._tools.is_our_id)) is not None:
            return refusal
        if transaction.is_return:
            return None
        if envelope.submitted_by is not None:
            header = raw if transaction.body_hashes is None else header_part(raw)
            return self._judge_submitted(header, envelope, envelope.submitted_by, transaction.company_id or 0)
        examined = self._tools.examine_known(raw, envelope, envelope.received_at, transaction.body_hashes)
        if examined is None or examined.proof.verdict is Verdict.DEFERRED:
            return None
        return self._weigh(examined, raw, envelope, transaction)

    def _judge_submitted(self, raw: bytes, envelope: Envelope, user_id: int, company_id: int) -> Reply | Proof:
        """Judge mail of somebody who signed in: by whose address From is, and nothing else."""
        if (refusal := check_shape(shape_fault(raw))) is not None:
            return refusal
        address = author(raw)
        facts = self._tools.directory.sender_facts(company_id, address_key(address), domain_of(address))
        return check_author(facts.standing, user_id) or submitted(envelope, address)

    def _judge(self, raw: bytes, envelope: Envelope, transaction: Transaction) -> Reply | Proof:
        """Answer a refusal, or the proof to keep with the mail; waits, in a thread."""
        if transaction.is_return:
            return take_returned(raw, envelope.reverse_path)
        examined = self._tools.examine(raw, envelope, envelope.received_at, transaction.body_hashes)
        return self._weigh(examined, raw, envelope, transaction)

    def _weigh(self, examined: Examined, raw: bytes, envelope: Envelope, transaction: Transaction) -> Reply | Proof:
        if (refusal := check_shape(examined.fault)) is not None:
            return refusal
        if transaction.company_id == NO_COMPANY:
            return weigh_for_robot(examined.proof, transaction, self._tools.directory)
        weighed = weigh(
            examined.proof,
            raw,
            transaction.company_id or NO_COMPANY,
            tuple(transaction.recipients.values()),
            self._tools.directory,
            envelope.received_at,
        )
        if weighed.reply is not None and weighed.reply.is_permanent:
            self._tools.turned_away(transaction.turned_away(weighed.proof, envelope))
        return weighed.reply or weighed.proof

    async def _in_thread[T](self, threads: Executor, work: Callable[..., T], *facts: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, work, *facts)


def _trouble(error: Exception, what: str) -> Reply:
    """Log without the error's own text, which may quote an address or the mail."""
    log.error(what, error=type(error).__name__, place=place_of(error))
    return replies.NOT_NOW
