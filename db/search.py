"""The index of the search: one document a copy, written in the transaction that files or changes it.

`sight` cuts a search down to what the viewer may possibly see: his own copies, those of owners who have let him
see one, and of his company those that are shared or for a team. Whether he sees one of these is decided by
`linking.visibility` alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import and_, bindparam, delete, select, update
from sqlalchemy.orm import Session

from db.inserting import set_in
from db.models import Attachment, DirectoryAddress, Message, MessageAddress, MessageCopy
from db.models.search import SearchDocument
from db.search_document import NAMED, Document, Texts, document_of

AT_ONCE: Final = 500
"""Copies whose texts stand in memory together."""
SEARCHED: Final = ("from", "to", "cc")
PRIVATE: Final = "private"
SET_SIGHT: Final = update(SearchDocument).where(
    SearchDocument.company_id == bindparam("of_company"), SearchDocument.id == bindparam("this_id")
)


def write_document(session: Session, copy: Mapping[str, Any], words: Document) -> None:
    """Write the document of a copy, given its row as far as `company_id`, `id`, `owner_id`, `sharing`."""
    _write(session, [_row(copy["company_id"], copy["id"], copy["owner_id"], copy["sharing"], words)])


def index_copies(session: Session, company_id: int, copy_ids: Collection[int]) -> None:
    """Write the documents of copies anew from the rows of their letters.

    A copy that shows another text than its letter (RULES R29) keeps the words it has.
    """
    ids = sorted(copy_ids)
    for start in range(0, len(ids), AT_ONCE):
        _index_some(session, company_id, ids[start : start + AT_ONCE])
    set_sight(session, company_id, copy_ids)


def set_sight(session: Session, company_id: int, copy_ids: Collection[int]) -> None:
    """Say anew who may find these copies, after their sharing or owner changed."""
    ids = sorted(copy_ids)
    for start in range(0, len(ids), AT_ONCE):
        _set_sight(session, company_id, ids[start : start + AT_ONCE])


def forget(session: Session, company_id: int, copy_ids: Collection[int]) -> None:
    """Take copies out of the index; a copy that is deleted from its table goes out by itself."""
    session.execute(
        delete(SearchDocument).where(SearchDocument.company_id == company_id, SearchDocument.id.in_(copy_ids))
    )


def sight_of(company_id: int, owner_id: int, sharing: str) -> Document:
    """Answer for whom a copy may be found."""
    own = f"own{NAMED}{owner_id}"
    return (own,) if sharing == PRIVATE else (own, f"{sharing}{NAMED}{company_id}")


def sight_for(company_id: int, owner_ids: Collection[int]) -> Document:
    """Answer which copies a viewer may possibly see: one of these words is in their sight.

    `owner_ids` are himself and those who have let him see a copy.
    """
    own = (f"own{NAMED}{owner_id}" for owner_id in owner_ids)
    return (*own, f"shared{NAMED}{company_id}", f"team{NAMED}{company_id}")


def _set_sight(session: Session, company_id: int, copy_ids: Sequence[int]) -> None:
    query = select(MessageCopy.id, MessageCopy.owner_id, MessageCopy.sharing).where(
        MessageCopy.company_id == company_id, MessageCopy.id.in_(copy_ids)
    )
    rows = [
        {"of_company": company_id, "this_id": copy_id, "sight": sight_of(company_id, owner_id, sharing)}
        for copy_id, owner_id, sharing in session.execute(query)
    ]
    if rows:
        session.connection().execute(SET_SIGHT, rows)


def _index_some(session: Session, company_id: int, copy_ids: Sequence[int]) -> None:
    query = (
        select(MessageCopy.id, MessageCopy.owner_id, MessageCopy.sharing, Message.id, Message.subject, Message.text)
        .join(Message, and_(Message.company_id == MessageCopy.company_id, Message.id == MessageCopy.message_id))
        .where(
            MessageCopy.company_id == company_id,
            MessageCopy.id.in_(copy_ids),
            MessageCopy.content_digest == Message.content_digest,
        )
    )
    found = session.execute(query).all()
    letters = sorted({row[3] for row in found})
    parties, files = _parties(session, company_id, letters), _files(session, company_id, letters)
    rows = [
        _row(company_id, copy_id, owner_id, sharing, document_of(_texts(parties[letter], files[letter], subject, text)))
        for copy_id, owner_id, sharing, letter, subject, text in found
    ]
    _write(session, rows)


def _parties(session: Session, company_id: int, letters: Sequence[int]) -> Mapping[int, Mapping[str, list[str]]]:
    """Answer who takes part, but for our dropbox addresses: a secret is found by nobody (RULES R12, R13)."""
    address = MessageAddress
    ours = select(DirectoryAddress.address_key).where(DirectoryAddress.company_id == company_id)
    query = select(address.message_id, address.field, address.name, address.address).where(
        address.company_id == company_id,
        address.message_id.in_(letters),
        address.field.in_(SEARCHED),
        address.address_key.not_in(ours),
    )
    made: defaultdict[int, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for letter, field, name, text in session.execute(query.order_by(address.message_id, address.position)):
        made[letter][field].append(f"{name} {text}")
    return made


def _files(session: Session, company_id: int, letters: Sequence[int]) -> Mapping[int, list[str]]:
    query = select(Attachment.message_id, Attachment.filename).where(
        Attachment.company_id == company_id, Attachment.message_id.in_(letters), Attachment.inline.is_(False)
    )
    made: defaultdict[int, list[str]] = defaultdict(list)
    for letter, filename in session.execute(query.order_by(Attachment.message_id, Attachment.position)):
        made[letter].append(filename)
    return made


def _texts(parties: Mapping[str, list[str]], files: Sequence[str], subject: str, text: str) -> Texts:
    from_, to, cc = (tuple(parties.get(field, ())) for field in SEARCHED)
    return Texts(from_=from_, to=to, cc=cc, subject=subject, files=tuple(files), text=text)


def _row(company_id: int, copy_id: int, owner_id: int, sharing: str, words: Document) -> dict[str, Any]:
    sight = sight_of(company_id, owner_id, sharing)
    return {"company_id": company_id, "id": copy_id, "sight": sight, "words": words}


def _write(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    connection = session.connection()
    # SQLite knows the rowid by its own name alone.
    unique = ("id",) if connection.dialect.name == "sqlite" else ("company_id", "id")
    connection.execute(set_in(connection.dialect.name, SearchDocument, unique, ("sight", "words")), list(rows))
