"""DatabaseReader: the look-ups of the pipeline over one session, read or write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Result, Select, and_, select
from sqlalchemy.orm import Session

from accounts.addresses import Recipient, find_recipient
from accounts.blocking import BlockedAmong, blocked_among
from accounts.companies import get_policies
from accounts.free_mail import is_free_mail
from accounts.gateway import members_among
from accounts.policies import CompanyPolicies, Sharing, UserPreferences
from accounts.senders import Standing, find_standing
from accounts.users import UserView, get_user
from accounts.viewer import Role, Viewer
from db.models import Message, MessageCopy, User
from ingest.asking import contacts_by_key, hidden_contacts, open_records_of, organizations_by_domain, records_by_id
from ingest.conversations import find_conversation
from ingest.letter import Conversation, KeptCopy
from linking.choose import OpenRecord
from linking.connecting import Node
from linking.decision import RecordFact
from linking.facts import Answers
from linking.merged import follow
from linking.parties import Whose
from linking.standing import find_answers
from linking.visibility import ids_of
from linking.whose import Belonging
from mail.address import domain_of

READERS: Final = "ingest.readers"


def reader_in(session: Session, company_id: int) -> DatabaseReader:
    """Answer the one reader that a transaction has for a company: a batch looks up company and users once."""
    readers: dict[int, DatabaseReader] = session.info.setdefault(READERS, {})
    if company_id not in readers:
        readers[company_id] = DatabaseReader(session, company_id)
    return readers[company_id]


class DatabaseReader:
    """A Reader of one company; what it has looked up about company, users and addresses it keeps."""

    def __init__(self, session: Session, company_id: int) -> None:
        self._session = session
        self._company_id = company_id
        self._policies: CompanyPolicies | None = None
        self._users: dict[int, UserView] = {}
        self._belonging = Belonging(session, company_id)

    def policies(self) -> CompanyPolicies:
        """What the company decides."""
        if self._policies is None:
            self._policies = get_policies(self._session, self._company_id)
        return self._policies

    def preferences(self, user_id: int) -> UserPreferences:
        """What the user prefers."""
        return self._user(user_id).preferences

    def recipients(self, forward_paths: Sequence[str], at: datetime) -> tuple[Recipient, ...]:
        """Those of the forward-paths that were addresses of this company in use at that moment, in order."""
        found = (find_recipient(self._session, path, at) for path in forward_paths)
        return tuple(one for one in found if one is not None and one.company_id == self._company_id)

    def standing(self, address_key: str) -> Standing | None:
        """Whose address this is, and whether it is approved."""
        return find_standing(self._session, self._company_id, address_key)

    def seeming_user(self, name: str, address: str) -> int | None:
        """The one user who this seems to be by address, or by own domain and name (RULES R9b)."""
        standing = self.standing(address)
        if standing is not None and standing.known:
            return standing.user_id
        wanted = _plain(name)
        if not wanted or domain_of(address) not in self._belonging.domains:
            return None
        rows = self._session.execute(
            select(User.id, User.name).where(User.company_id == self._company_id, User.state == "active")
        )
        matching = [user_id for user_id, user_name in rows if _plain(user_name) == wanted]
        return matching[0] if len(matching) == 1 else None

    def whose(self, keys: Collection[str]) -> Mapping[str, Whose]:
        """What these addresses are to the company; an outsider's has no entry (RULES R19)."""
        return self._belonging.whose(keys)

    def gateway_members(self, keys: Sequence[str]) -> dict[str, int]:
        """Which of these addresses are those of users who accepted the company's gateway, and whose (RULES R56)."""
        return members_among(self._session, self._company_id, keys)

    def sent_before(self, user_id: int, message_id: str, inbound_id: int) -> bool:
        """Whether the user has a copy of what he sent under that Message-ID, of an earlier mail (RULES R14.3)."""
        query = (
            select(MessageCopy.id)
            .join(Message, and_(Message.company_id == MessageCopy.company_id, Message.id == MessageCopy.message_id))
            .where(
                Message.company_id == self._company_id,
                Message.message_id == message_id,
                MessageCopy.owner_id == user_id,
                MessageCopy.direction == "outgoing",
            )
        )
        if inbound_id:
            query = query.where(MessageCopy.inbound_id < inbound_id)
        return self._session.scalars(query.limit(1)).first() is not None

    def blocked(self, user_id: int, keys: Collection[str]) -> BlockedAmong:
        """Which of these addresses the company's list blocks, and which the user's own (RULES R33)."""
        return blocked_among(self._session, self._company_id, user_id, keys)

    def records(self, user_id: int, record_ids: Collection[int]) -> tuple[RecordFact, ...]:
        """Those of the records that the user may see; of a merged contact the one that took it in."""
        if not record_ids:
            return ()
        found = follow(self._session, self._company_id, tuple(record_ids))
        return tuple(_fact(*row) for row in self._ask(records_by_id, user_id, records=found))

    def contacts(self, user_id: int, keys: Collection[str]) -> dict[str, tuple[RecordFact, ...]]:
        """Contacts by address key that the user may see."""
        return _grouped(self._ask(contacts_by_key, user_id, keys=keys))

    def organizations(self, user_id: int, domains: Collection[str]) -> dict[str, tuple[RecordFact, ...]]:
        """Organisations by domain that the user may see, free-mail domains never."""
        asked = [domain for domain in domains if domain and not is_free_mail(domain)]
        return _grouped(self._ask(organizations_by_domain, user_id, domains=asked)) if asked else {}

    def open_records(self, user_id: int, people: Collection[int]) -> tuple[OpenRecord, ...]:
        """Open deals, leads and projects of these contacts and organisations that the user may see."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        facts: dict[int, RecordFact] = {}
        rows = self._ask(open_records_of, user_id, people=people)
        for party, number, record_type, status, visibility in rows:
            facts[number] = _fact(number, record_type, status, visibility)
            found[number].add(party)
        return tuple(OpenRecord(record=facts[one], through=tuple(sorted(found[one]))) for one in sorted(found))

    def answers(self, user_id: int, people: Collection[int], keys: Collection[str]) -> Answers:
        """What the user has said once for all about these people and addresses (RULES R21, R24)."""
        return find_answers(self._session, self.viewer(user_id), people, keys)

    def hidden_contacts(self, user_id: int, keys: Collection[str]) -> frozenset[str]:
        """Which of these addresses a contact has that the user may not see (RULES R24)."""
        return frozenset(row[0] for row in self._ask(hidden_contacts, user_id, keys=keys))

    def conversation(self, user_id: int, node: Node, *, audience: Sharing, before_copy: int | None) -> Conversation:
        """The thread that a letter joins, as the user sees it."""
        return find_conversation(
            self._session, self.viewer(user_id), self._belonging, node, audience=audience, before_copy=before_copy
        )

    def kept_copy(self, inbound_id: int, owner_id: int, inner_path: int) -> KeptCopy | None:
        """The copy that an earlier run made."""
        row = self._session.scalar(
            select(MessageCopy).where(
                MessageCopy.company_id == self._company_id,
                MessageCopy.inbound_id == inbound_id,
                MessageCopy.owner_id == owner_id,
                MessageCopy.inner_path == inner_path,
            )
        )
        return KeptCopy(copy_id=row.id, message_id=row.message_id, sharing=Sharing(row.sharing)) if row else None

    def kept_owners(self, inbound_id: int) -> tuple[int, ...]:
        """Whose copies an earlier run made of this mail, in order."""
        query = select(MessageCopy.owner_id).where(
            MessageCopy.company_id == self._company_id, MessageCopy.inbound_id == inbound_id
        )
        return tuple(dict.fromkeys(self._session.scalars(query.order_by(MessageCopy.id))))

    def kept_sharing(self, inbound_id: int) -> Sharing | None:
        """Who may see the copies that an earlier run made of this mail: of several the most closed."""
        query = select(MessageCopy.sharing).where(
            MessageCopy.company_id == self._company_id, MessageCopy.inbound_id == inbound_id
        )
        found = set(self._session.scalars(query))
        return next((one for one in Sharing if one in found), None)

    def _ask[*Columns](
        self, query: Callable[[Role], Select[*Columns]], user_id: int, **values: Collection[Any]
    ) -> Result[*Columns]:
        viewer = self.viewer(user_id)
        given: dict[str, Any] = {name: list(value) for name, value in values.items()}
        return self._session.connection().execute(query(viewer.role), ids_of(viewer) | given)

    def _user(self, user_id: int) -> UserView:
        if user_id not in self._users:
            self._users[user_id] = get_user(self._session, self._company_id, user_id)
        return self._users[user_id]

    def viewer(self, user_id: int) -> Viewer:
        """Answer the user as one who asks."""
        return self._user(user_id).viewer


def _fact(number: int, record_type: str, status: str | None, visibility: str) -> RecordFact:
    return RecordFact(id=number, type=record_type, status=status, visibility=visibility)


def _grouped(rows: Iterable[tuple[str, int, str, str | None, str]]) -> dict[str, tuple[RecordFact, ...]]:
    groups: defaultdict[str, list[RecordFact]] = defaultdict(list)
    for key, number, record_type, status, visibility in rows:
        groups[key].append(_fact(number, record_type, status, visibility))
    return {key: tuple(facts) for key, facts in groups.items()}


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
