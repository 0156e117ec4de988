"""Step 4: the letters that a mail gives: itself, or the originals of a forward (RULES R16, R17)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ingest.authenticate import Tools
from ingest.letter import Kind, Letter, Mail
from ingest.reader import Reader
from languages.speech import marked
from linking.decision import Step
from linking.letter_content import as_message
from linking.rule import Rule
from mail.message import Forwarded, ParsedMessage
from mail.parse import parse
from mailauth.results import Proof
from mailauth.verdict import not_evaluated

CLAIMED: Final = marked("What a forward says about its original proves nothing.")


def read(look: Reader, mail: Mail, kind: Kind, owner_id: int, tools: Tools) -> tuple[Letter, ...]:
    """Answer one letter or several, each with the copy that an earlier run made of it."""
    if kind is Kind.FORWARD:
        found = [_original(mail, place, one, owner_id, tools) for place, one in enumerate(mail.message.forwarded, 1)]
    else:
        found = [Letter(inner_path=0, message=mail.message, owner_id=owner_id, kind=kind, proof=mail.proof)]
    found = [replace(one, tagged=_tagged(mail, one, tools)) for one in found]
    return tuple(found) if mail.inbound.cause != "replay" else tuple(_with_kept(look, mail, one) for one in found)


def _tagged(mail: Mail, letter: Letter, tools: Tools) -> tuple[int, ...]:
    """R20: what the new words name goes before what they quote; who forwards may have put the tag above."""
    written = (letter.message, mail.message)
    new_words = "\n".join(text for one in written for text in (one.subject, one.new_text))
    return tools.read_tags(new_words) or tools.read_tags(letter.message.text)


def _with_kept(look: Reader, mail: Mail, letter: Letter) -> Letter:
    return replace(letter, kept=look.kept_copy(mail.inbound.id, letter.owner_id, letter.inner_path))


def _original(mail: Mail, place: int, original: Forwarded, owner_id: int, tools: Tools) -> Letter:
    message = parse(original.raw) if original.raw is not None else as_message(original)
    proof = _proof_of(mail, message, original, tools)
    proven = any(one.counts for one in proof.dkim)
    args = {"from": message.from_[0].address if message.from_ else ""}
    found_by = Rule.ATTACHED if original.raw is not None else Rule.BLOCK
    believed = Rule.PROVEN_ORIGINAL if proven else Rule.CLAIMED_ORIGINAL
    return Letter(
        inner_path=place,
        message=message,
        owner_id=owner_id,
        kind=Kind.FORWARD,
        proof=proof,
        original=original,
        original_proven=proven,
        steps=(
            Step(step="read", outcome="original", rule=found_by, letter=place),
            Step(step="read", outcome="proven" if proven else "claimed", rule=believed, args=args, letter=place),
        ),
    )


def _proof_of(mail: Mail, message: ParsedMessage, original: Forwarded, tools: Tools) -> Proof:
    """R17: an attached original is proven if its own signature still verifies; text is claimed."""
    from_address = message.from_[0].address if message.from_ else ""
    if original.raw is not None:
        checked = tools.authenticate(original.raw, mail.inbound.envelope, now=mail.inbound.received_at)
        if any(one.counts for one in checked.dkim):
            return checked
    return not_evaluated(from_address, CLAIMED)
