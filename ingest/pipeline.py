"""The flow of one mail, on one screen: every step reads and answers values; nothing is written here.

authenticate > classify > admit > read > screen > thread > link > file

Thread and links depend on what others file at the same time: a worker leaves them to the transaction that writes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ingest import authenticate as authentication
from ingest import classify as classification
from ingest import never_store
from ingest.admit import Admitted, Owned, admit
from ingest.authenticate import Tools, authenticate
from ingest.classify import classify, look_up
from ingest.filing import file, share
from ingest.inbound import Inbound
from ingest.letter import Kind, Letter, Mail
from ingest.link import link
from ingest.never_store import never_stored
from ingest.plan import Plan, Status
from ingest.read import read
from ingest.reader import Reader
from ingest.returned import note
from ingest.screen import discarding_step, screen
from ingest.thread import thread
from linking.decision import Step
from mail.parse import parse
from outbox.return_path import Returned

__all__ = ["Tools", "prepare", "process", "settle"]


SETTLED: Final = frozenset({"thread", "link"})


def process(inbound: Inbound, look: Reader, tools: Tools) -> Plan:
    """Decide everything about one stored mail; write nothing."""
    plan = prepare(inbound, look, tools)
    return replace(plan, letters=tuple(settle(look, letter) for letter in plan.letters))


def prepare(inbound: Inbound, look: Reader, tools: Tools) -> Plan:
    """Decide all but thread and links, which are settled in the transaction that writes."""
    message = parse(inbound.raw)
    proof = authenticate(inbound, message, tools)  # R7, R8: kept from the door; an upload's signatures: now
    if about := _returns_to(inbound, tools):  # R8a: a report on a mail of ours
        return note(inbound, message, proof, about, authentication.steps_of(inbound, proof))
    mail = look_up(look, inbound, message, proof)
    kind = classify(mail)  # R8a, R14, R14a, R15
    steps = (*authentication.steps_of(inbound, proof), classification.step_of(kind, mail))
    admitted = admit(look, mail, steps)  # R8a, R9, R9b, R10a, R18, R56: whose it is, or held
    if isinstance(admitted, Plan):
        return admitted
    steps = (*steps, *admitted.steps)
    copies = [_copies_of(look, mail, kind, one, tools) for one in admitted.owned]
    letters = tuple(letter for found in copies if not isinstance(found, Step) for letter in found)
    if not letters:
        return _discarded(mail, admitted, (*steps, next(found for found in copies if isinstance(found, Step))))
    return _filed(mail, admitted, steps, letters)


def _copies_of(look: Reader, mail: Mail, kind: Kind, one: Owned, tools: Tools) -> tuple[Letter, ...] | Step:
    """Answer an owner's copy of each letter that the mail gives, or why he gets none."""
    read_letters = read(look, mail, kind, one.owner_id, tools)  # R16, R17: one or several
    letters = screen(look, mail, read_letters)  # R19, R23, R33
    if not letters:
        return discarding_step()
    if unwanted := never_stored(look, mail, letters):  # R34
        return never_store.discarding_step(unwanted)
    return tuple(file(share(look, mail, letter, is_private=one.is_private)) for letter in letters)  # R29, R30


def _returns_to(inbound: Inbound, tools: Tools) -> Returned | None:
    paths = inbound.envelope.forward_paths
    about = tools.read_return(paths[0]) if len(paths) == 1 else None
    return about if about and about.company_id == inbound.company_id else None


def settle(look: Reader, letter: Letter) -> Letter:
    """Decide, or decide again, what depends on the letters and records of the moment; told before the filing."""
    before = tuple(step for step in letter.steps if step.step not in SETTLED and step.step != "file")
    filed = tuple(step for step in letter.steps if step.step == "file")
    settled = link(look, thread(look, replace(letter, steps=before)))  # R28; R20 to R24
    return replace(settled, steps=(*settled.steps, *filed))


def _filed(mail: Mail, admitted: Admitted, steps: tuple[Step, ...], letters: tuple[Letter, ...]) -> Plan:
    return Plan(
        inbound=mail.inbound,
        proof=mail.proof,
        status=Status.FILED,
        reason=admitted.by,
        reason_args=dict(admitted.steps[0].args),
        owner_id=letters[0].owner_id,
        steps=steps,
        letters=letters,
    )


def _discarded(mail: Mail, admitted: Admitted, steps: tuple[Step, ...]) -> Plan:
    """Answer the plan that stores no letter; the last step says why."""
    return Plan(
        inbound=mail.inbound,
        proof=mail.proof,
        status=Status.DISCARDED,
        reason=steps[-1].rule,
        reason_args=dict(steps[-1].args),
        owner_id=admitted.owner_id,
        steps=steps,
    )
