"""Reader: the look-ups that the steps of the pipeline make; every one is on behalf of a user or of nobody."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from accounts.addresses import Recipient
from accounts.blocking import BlockedAmong
from accounts.policies import CompanyPolicies, Sharing, UserPreferences
from accounts.senders import Standing
from ingest.letter import Conversation, KeptCopy
from linking.choose import OpenRecord
from linking.connecting import Node
from linking.decision import RecordFact
from linking.facts import Answers
from linking.parties import Whose

Found = Mapping[str, tuple[RecordFact, ...]]
"""Records by address key or domain, the one to take first."""


class Reader(Protocol):
    """Answers about one company. What a user may not see is not answered (RULES R30b)."""

    def policies(self) -> CompanyPolicies:
        """What the company decides."""
        ...

    def preferences(self, user_id: int) -> UserPreferences:
        """What the user prefers."""
        ...

    def recipients(self, forward_paths: Sequence[str], at: datetime) -> tuple[Recipient, ...]:
        """Those of the forward-paths that were addresses of this company in use at that moment, in order."""
        ...

    def standing(self, address_key: str) -> Standing | None:
        """Whose address this is, and whether it is approved."""
        ...

    def seeming_user(self, name: str, address: str) -> int | None:
        """The one user who this seems to be by address, or by own domain and name (RULES R9b)."""
        ...

    def whose(self, keys: Collection[str]) -> Mapping[str, Whose]:
        """What these addresses are to the company; an outsider's has no entry (RULES R19)."""
        ...

    def gateway_members(self, keys: Sequence[str]) -> Mapping[str, int]:
        """Which of these addresses are those of users who accepted the company's gateway, and whose (RULES R56)."""
        ...

    def sent_before(self, user_id: int, message_id: str, inbound_id: int) -> bool:
        """Whether the user has a copy of what he sent under that Message-ID, of an earlier mail (RULES R14.3)."""
        ...

    def blocked(self, user_id: int, keys: Collection[str]) -> BlockedAmong:
        """Which of these addresses the company's list blocks, and which the user's own (RULES R33)."""
        ...

    def records(self, user_id: int, record_ids: Collection[int]) -> tuple[RecordFact, ...]:
        """Those of the records that the user may see."""
        ...

    def contacts(self, user_id: int, keys: Collection[str]) -> Found:
        """Contacts by address key that the user may see."""
        ...

    def organizations(self, user_id: int, domains: Collection[str]) -> Found:
        """Organisations by domain that the user may see, free-mail domains never."""
        ...

    def open_records(self, user_id: int, people: Collection[int]) -> tuple[OpenRecord, ...]:
        """Open deals, leads and projects of these contacts and organisations that the user may see."""
        ...

    def answers(self, user_id: int, people: Collection[int], keys: Collection[str]) -> Answers:
        """What the user has said once for all about these people and addresses (RULES R21, R24)."""
        ...

    def hidden_contacts(self, user_id: int, keys: Collection[str]) -> frozenset[str]:
        """Which of these addresses a contact has that the user may not see (RULES R24)."""
        ...

    def conversation(self, user_id: int, node: Node, *, audience: Sharing, before_copy: int | None) -> Conversation:
        """The thread that a letter joins, as the user sees it.

        `audience`: who will see the letter; nothing of one that they may not see may show in it.
        `before_copy`: only copies made before that one give a choice, so that a replay decides as the arrival did.
        """
        ...

    def kept_copy(self, inbound_id: int, owner_id: int, inner_path: int) -> KeptCopy | None:
        """The copy that an earlier run made."""
        ...

    def kept_owners(self, inbound_id: int) -> tuple[int, ...]:
        """Whose copies an earlier run made of this mail, in order."""
        ...

    def kept_sharing(self, inbound_id: int) -> Sharing | None:
        """Who may see the copies that an earlier run made of this mail: of several the most closed."""
        ...
