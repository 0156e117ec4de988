"""AssumedReader: a company nobody has set up yet, for `explain` without a database (INTERFACE 2).

Default policies, its universal address was used, no records, nobody approved but the From address.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from accounts.addresses import Recipient
from accounts.blocking import BlockedAmong
from accounts.policies import CompanyPolicies, Sharing, UserPreferences
from accounts.senders import SenderState, Standing
from ingest.letter import Conversation, KeptCopy
from ingest.reader import Found
from linking.choose import OpenRecord
from linking.connecting import Node
from linking.decision import RecordFact
from linking.facts import NO_ANSWERS, Answers
from linking.parties import Whose
from linking.rule import Rule

ASSUMED_USER: Final = 1
ASSUMED: Final = (
    "a company with default policies",
    "its universal address was used",
    "the From address is the only approved sender",
)


class AssumedReader:
    """A Reader that knows one user, by his From address."""

    def __init__(self, from_key: str) -> None:
        self._from_key = from_key

    def policies(self) -> CompanyPolicies:
        """The defaults."""
        return CompanyPolicies()

    def preferences(self, user_id: int) -> UserPreferences:
        """The defaults."""
        return UserPreferences()

    def recipients(self, forward_paths: Sequence[str], at: datetime) -> tuple[Recipient, ...]:
        """The universal address leads to no user and no record."""
        return ()

    def standing(self, address_key: str) -> Standing | None:
        """From is approved."""
        if address_key != self._from_key:
            return None
        return Standing(user_id=ASSUMED_USER, state=SenderState.APPROVED, sender_id=ASSUMED_USER)

    def seeming_user(self, name: str, address: str) -> int | None:
        """Nobody else is known."""
        return None

    def whose(self, keys: Collection[str]) -> Mapping[str, Whose]:
        """From is one of us."""
        return {key: Whose.US for key in keys if key == self._from_key}

    def gateway_members(self, keys: Sequence[str]) -> Mapping[str, int]:
        """There is no gateway."""
        return {}

    def sent_before(self, user_id: int, message_id: str, inbound_id: int) -> bool:
        """Nothing was filed before."""
        return False

    def blocked(self, user_id: int, keys: Collection[str]) -> BlockedAmong:
        """Nobody is blocked."""
        return BlockedAmong()

    def records(self, user_id: int, record_ids: Collection[int]) -> tuple[RecordFact, ...]:
        """There are no records."""
        return ()

    def contacts(self, user_id: int, keys: Collection[str]) -> Found:
        """There are no records."""
        return {}

    def organizations(self, user_id: int, domains: Collection[str]) -> Found:
        """There are no records."""
        return {}

    def open_records(self, user_id: int, people: Collection[int]) -> tuple[OpenRecord, ...]:
        """There are no records."""
        return ()

    def answers(self, user_id: int, people: Collection[int], keys: Collection[str]) -> Answers:
        """Nothing was ever said."""
        return NO_ANSWERS

    def hidden_contacts(self, user_id: int, keys: Collection[str]) -> frozenset[str]:
        """There are no records."""
        return frozenset()

    def conversation(self, user_id: int, node: Node, *, audience: Sharing, before_copy: int | None) -> Conversation:
        """There are no other letters."""
        return Conversation(rule=Rule.FIRST)

    def kept_copy(self, inbound_id: int, owner_id: int, inner_path: int) -> KeptCopy | None:
        """Nothing was filed before."""
        return None

    def kept_owners(self, inbound_id: int) -> tuple[int, ...]:
        """Nothing was filed before."""
        return ()

    def kept_sharing(self, inbound_id: int) -> Sharing | None:
        """Nothing was filed before."""
        return None
