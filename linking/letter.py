"""Letter: what one viewer sees of a letter through his chosen copy (INTERFACE 4, `messages`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mail.message import Address, Invitation, Protection
from mailauth.results import Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterAttachment:
    """A file of the letter; `id` is good for `linking.letters.get_attachment`, `size` is octets.

    `scan`: clean | infected | unreadable by the operator's scanner, None where it has not been asked (RULES R57).
    """

    id: int
    position: int
    filename: str
    content_type: str
    size: int
    inline: bool
    content_id: str | None
    scan: str | None = None
    scan_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLink:
    """A link to a record that the viewer may see; `rule` and `args` as `linking.sentences` takes them."""

    id: int
    type: str
    target_id: int
    target_name: str
    origin: str
    rule: str
    args: Mapping[str, Any]
    created_by: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCopy:
    """A witness of the letter that the viewer may know of."""

    id: int
    user_id: int
    origin: str
    sharing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDecision:
    """A step of the last run of the pipeline over the chosen copy."""

    step: str
    outcome: str
    rule: str
    args: Mapping[str, Any]
    losers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A possible answer that the viewer may see."""

    type: str
    id: int
    rule: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterQuestion:
    """An open question to the viewer about his copy."""

    id: int
    rule: str
    args: Mapping[str, Any]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`id` names the letter; all that may differ between witnesses is that of the chosen copy.

    `owned`: the chosen copy is the viewer's own, and `read`, `archived`, `deleted` are its state.
    `html` is the first HTML part as decoded, *not* sanitised; it, `protection`, `invitation` and `too_complex` are
    read only where a single letter is.
    `forwarded` is the JSON of INTERFACE, but for ids. `names` are those of the records in links, decisions and
    questions that the viewer may see; another is "another record".
    """

    id: int
    copy_id: int
    owner_id: int
    owned: bool
    thread_id: int
    message_id: str | None
    subject: str
    date: datetime | None
    received_at: datetime
    sort_at: datetime
    direction: str
    kind: str
    automatic: str | None
    marks: tuple[str, ...]
    from_: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    snippet: str
    text: str
    new_text: str
    has_html: bool
    html: str | None
    protection: Protection | None
    invitation: Invitation | None
    too_complex: bool
    attachments: tuple[LetterAttachment, ...]
    links: tuple[LetterLink, ...]
    hidden_links: int
    proof: Proof
    forwarded: Mapping[str, Any] | None
    question: LetterQuestion | None
    copies: tuple[LetterCopy, ...]
    decisions: tuple[LetterDecision, ...]
    names: Mapping[int, str]
    read: bool
    archived: bool
    deleted: bool

    @property
    def authentication(self) -> Mapping[str, Any]:
        """Answer the proof as INTERFACE has it."""
        return self.proof.as_json()

    @property
    def answers(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Answer what DNS said when the sender was checked, "name type" to texts; nothing to others than the owner."""
        return self.proof.records if self.owned else ()

    @property
    def sharing(self) -> str | None:
        """Answer who else sees the viewer's own copy; None where he sees the letter through a colleague's."""
        return next((one.sharing for one in self.copies if one.id == self.copy_id), None) if self.owned else None
