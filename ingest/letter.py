"""Letter: one of the letters that a mail gives, as the steps fill it in; and what else the steps hand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from accounts.addresses import Recipient
from accounts.policies import Sharing
from accounts.senders import Standing
from db.search_document import Document
from ingest.inbound import Inbound
from linking.decision import Outcome, RecordFact, Step
from linking.parties import Parties, Whose
from mail.message import Forwarded, ParsedMessage
from mailauth.results import Proof


class Kind(StrEnum):
    """What kind of message it is (RULES R14)."""

    COPY = "copy"
    VISIBLE = "visible"
    FORWARD = "forward"
    REDIRECT = "redirect"
    DSN = "dsn"
    AUTOMATIC = "automatic"
    RETURNING = "returning"
    NOTE = "note"


class Direction(StrEnum):
    """Which way the letter went, as its owner sees it."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    INTERNAL = "internal"
    NOTE = "note"


class Mark(StrEnum):
    """What a reader is warned of."""

    UNPROVED = "unproved"
    TO_UNPROVED = "to_unproved"
    CC_UNPROVED = "cc_unproved"
    SUBJECT_UNPROVED = "subject_unproved"
    DATE_UNPROVED = "date_unproved"
    DROPBOX_VISIBLE = "dropbox_visible"
    OTHER_TEXT = "other_text"
    OLD_ADDRESS = "old_address"
    WEAK = "weak"
    WRITTEN_LONG_AGO = "written_long_ago"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A stored mail, read and looked up: what the first steps decide on.

    `recipients`: those of the forward-paths that are in use, in order. `author`: whose address From is.
    `whose`: what each of the addresses in From, To and Cc is to the company. `is_returning`: its author's mailbox
    forwards here what he has sent himself and is here already.
    """

    inbound: Inbound
    message: ParsedMessage
    proof: Proof
    recipients: tuple[Recipient, ...]
    author: Standing | None
    whose: Mapping[str, Whose]
    is_returning: bool = False

    @property
    def from_key(self) -> str:
        """Answer the key of the one From address, "" where there is none or more than one (R7)."""
        return self.proof.from_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The letters here that a letter joins, as its owner sees them, and what they are linked to.

    `buckets` are those that the letter belongs in, whoever sees what is in them: for writing alone, shown to nobody.
    """

    rule: str = ""
    letters: tuple[int, ...] = ()
    chosen: tuple[RecordFact, ...] = ()
    buckets: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCopy:
    """The copy that an earlier run made of the same letter."""

    copy_id: int
    message_id: int
    sharing: Sharing


NO_PARTIES: Final = Parties()
ALONE: Final = Conversation()
UNDECIDED: Final = Outcome()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`inner_path` is 0 for the mail itself, n for the n-th forwarded original.

    `record_ids` are those whose address was used, `tagged` those that reference tags name: by the owner's rights.
    """

    inner_path: int
    message: ParsedMessage
    owner_id: int
    kind: Kind
    proof: Proof
    original: Forwarded | None = None
    original_proven: bool = False
    direction: Direction = Direction.INCOMING
    marks: tuple[Mark, ...] = ()
    sharing: Sharing = Sharing.PRIVATE
    kept: KeptCopy | None = None
    whose: Mapping[str, Whose] = field(default_factory=dict)
    parties: Parties = NO_PARTIES
    record_ids: tuple[int, ...] = ()
    tagged: tuple[int, ...] = ()
    conversation: Conversation = ALONE
    outcome: Outcome = UNDECIDED
    fingerprint: str = ""
    content_digest: str = ""
    searched: Document = ()
    steps: tuple[Step, ...] = ()

    def steps_of_owner(self) -> tuple[Step, ...]:
        """Answer its steps as those of its owner's copy."""
        return tuple(replace(step, owner=self.owner_id) for step in self.steps)
