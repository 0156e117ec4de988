"""Step 5: who takes part, which way it went, and whether it is kept at all (RULES R14a, R19, R23)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from accounts.blocking import BlockedAmong
from ingest.authenticate import is_old
from ingest.classify import is_from_user
from ingest.letter import Direction, Kind, Letter, Mail, Mark
from ingest.reader import Reader
from linking.decision import Step
from linking.parties import Addressed, Parties, Whose, find_parties
from linking.rule import Rule
from mail.address import address_key
from mail.message import ParsedMessage
from mailauth.results import Method, Proof, Verdict

NOBODY_BLOCKED: Final = BlockedAmong()
SIGNED_WANTED: Final = (
    ("to", Mark.TO_UNPROVED),
    ("cc", Mark.CC_UNPROVED),
    ("subject", Mark.SUBJECT_UNPROVED),
    ("date", Mark.DATE_UNPROVED),
)
WANTED: Final = frozenset(field for field, _ in SIGNED_WANTED)


def screen(look: Reader, mail: Mail, letters: tuple[Letter, ...]) -> tuple[Letter, ...]:
    """Answer the letters that are kept, their parties and direction filled in; none: all is internal."""
    return tuple(kept for letter in letters if (kept := _screened(look, mail, letter)) is not None)


def discarding_step() -> Step:
    """Say why nothing was captured."""
    return Step(step="screen", outcome="discard", rule=Rule.INTERNAL)


def _screened(look: Reader, mail: Mail, letter: Letter) -> Letter | None:
    message = letter.message
    fields = Addressed(from_=message.from_, to=message.to, cc=message.cc)
    whose = mail.whose if letter.inner_path == 0 else look.whose(fields.keys())
    way = _way(mail, letter, whose)
    marks = _marks(mail, letter, way)
    parties = _without_unproved(find_parties(fields, whose, outgoing=way is not Rule.INCOMING), marks)
    parties = _without_blocked(look, letter.owner_id, parties)
    records = tuple(one.record_id for one in mail.recipients if one.record_id is not None)
    visible = tuple(one.id for one in look.records(letter.owner_id, records))
    kept = _why_internal_is_kept(look, mail, visible) if parties.all_internal else None
    if parties.all_internal and kept is None:
        return None
    filled = replace(
        letter,
        direction=_direction(letter, way, parties),
        marks=marks,
        whose=whose,
        parties=parties,
        record_ids=visible,
    )
    return replace(filled, steps=(*letter.steps, *_steps(filled, way, kept)))


def _way(mail: Mail, letter: Letter, whose: Mapping[str, Whose]) -> Rule:
    """Answer OUTGOING, INCOMING, or FROM_US_UNPROVED for a file in our name that nothing proves (R14a)."""
    from_key = _from_key(letter.message)
    ours = whose.get(from_key) is Whose.US
    if letter.inner_path:
        return Rule.OUTGOING if ours else Rule.INCOMING
    if is_from_user(mail) or _released_in_own_name(mail):
        return Rule.OUTGOING
    return Rule.FROM_US_UNPROVED if ours and mail.inbound.origin == "upload" else Rule.INCOMING


def _released_in_own_name(mail: Mail) -> bool:
    """Tell whether a mail let in by hand comes from an address that its owner has asked for."""
    inbound = mail.inbound
    return inbound.released_by is not None and mail.author is not None and mail.author.user_id == inbound.owner_id


def _direction(letter: Letter, way: Rule, parties: Parties) -> Direction:
    if letter.kind is Kind.NOTE:
        return Direction.NOTE
    if parties.all_internal:
        return Direction.INTERNAL
    return Direction.OUTGOING if way is Rule.OUTGOING else Direction.INCOMING


def _why_internal_is_kept(look: Reader, mail: Mail, visible: tuple[int, ...]) -> Rule | None:
    """R23: a record address used on purpose, the company's choice, or a person who let it in."""
    if visible:
        return Rule.RECORD_ADDRESS
    if mail.inbound.released_by is not None:
        return Rule.RELEASED
    return Rule.INTERNAL_KEPT if look.policies().internal_mail == "keep" else None


def _marks(mail: Mail, letter: Letter, way: Rule) -> tuple[Mark, ...]:
    marks = [Mark.UNPROVED] if way is Rule.FROM_US_UNPROVED else []
    if any(one.was_old(mail.inbound.received_at) for one in mail.recipients):
        marks.append(Mark.OLD_ADDRESS)  # R12
    if mail.proof.verdict is Verdict.WEAK:
        marks.append(Mark.WEAK)
    if letter.inner_path:
        return tuple(marks)
    if is_old(mail.inbound, mail.proof):
        marks.append(Mark.WRITTEN_LONG_AGO)
    unsigned = _unsigned(mail.proof)
    marks += [mark for field, mark in SIGNED_WANTED if field in unsigned and mail.message.first(field)]
    if letter.kind is Kind.VISIBLE:
        marks.append(Mark.DROPBOX_VISIBLE)
    return tuple(marks)


def _unsigned(proof: Proof) -> frozenset[str]:
    """Answer the fields that the only proof, a signature or a forwarder's seal, does not cover (SECURITY 4.4, 4.7)."""
    if proof.verdict is not Verdict.PROVED or proof.spf.counts:
        return frozenset()
    if proof.method is Method.ARC:
        return WANTED - set(proof.arc.signed_fields)
    counting = [one for one in proof.dkim if one.counts]
    return WANTED - {field for one in counting for field in one.signed_fields} if counting else frozenset()


def _without_unproved(parties: Parties, marks: tuple[Mark, ...]) -> Parties:
    """Leave out the parties of fields that anybody may have added; they are listed as ignored."""
    unproved = {mark.removesuffix("_unproved") for mark in marks}
    doubtful = tuple(one for one in parties.outside if one.field in unproved)
    if not doubtful:
        return parties
    kept = tuple(one for one in parties.outside if one.field not in unproved)
    return replace(parties, outside=kept, ignored=(*parties.ignored, *doubtful))


def _without_blocked(look: Reader, owner_id: int, parties: Parties) -> Parties:
    """R33: blocked parties link nothing and create nothing; the owner's own list speaks for his copies alone."""
    everybody = (*parties.outside, *parties.ignored)
    found = look.blocked(owner_id, [one.key for one in everybody]) if everybody else NOBODY_BLOCKED
    return parties.without(found.company, found.own)


def _steps(letter: Letter, way: Rule, kept: Rule | None) -> tuple[Step, ...]:
    place = letter.inner_path
    from_ = letter.message.from_[0].address if letter.message.from_ else ""
    # Who is on the owner's own list is named as a party, because colleagues may read this step.
    parties = [one.address.address for one in (*letter.parties.outside, *letter.parties.blocked_by_owner)]
    ignored = [one.address.address for one in letter.parties.ignored]
    steps = [
        Step(step="screen", outcome=str(letter.direction), rule=way, args={"from": from_}, letter=place),
        Step(
            step="screen",
            outcome="parties",
            rule=Rule.PARTIES,
            args={"parties": parties, "ignored": ignored},
            letter=place,
        ),
    ]
    for rule, blocked in (
        (Rule.BLOCKED, letter.parties.blocked),
        (Rule.BLOCKED_BY_OWNER, letter.parties.blocked_by_owner),
    ):
        if blocked:
            args = {"addresses": [one.address.address for one in blocked]}
            steps.append(Step(step="screen", outcome="blocked", rule=rule, args=args, letter=place))
    if kept is not None:
        steps.append(Step(step="screen", outcome="kept", rule=Rule.INTERNAL_KEPT, letter=place))
    return tuple(steps)


def _from_key(message: ParsedMessage) -> str:
    return address_key(message.from_[0].address) if message.from_ else ""
