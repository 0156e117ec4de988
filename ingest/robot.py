"""The robot: says to an approved sender what was found out about his mail and what would become of it (RULES R51).

Nothing is filed. The mail is discarded like any other, so its bytes go after 7 days.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.orm import Session

from accounts.users import get_user
from ingest.authenticate import steps_of
from ingest.inbound import Inbound
from ingest.letter import Letter
from ingest.pipeline import Tools, prepare, process
from ingest.plan import Plan, Status
from ingest.reading import DatabaseReader
from languages.speech import _, marked, speaking
from linking.decision import Step
from linking.parties import Whose
from linking.record_view import names_of
from linking.rule import Rule
from linking.sentences import Names, sentence
from mail.address import address_key
from mail.message import ParsedMessage
from mail.parse import parse
from mailauth.results import Proof, Verdict
from mailauth.said import in_words

ROBOT: Final = "check"
"""Its local part in each of our domains; addresses that we make carry a secret and cannot be this one."""
MOST_SIGNATURES: Final = 5
MOST_LETTERS: Final = 5
MOST_STEPS: Final = 30


def is_robot(addr_spec: str) -> bool:
    """Tell whether an address in one of our domains is the robot's."""
    return address_key(addr_spec).rpartition("@")[0] == ROBOT


def think(session: Session, inbound: Inbound, tools: Tools) -> Plan:
    """Decide about one mail, but for what the writing settles."""
    paths = inbound.envelope.forward_paths
    if inbound.released_by is None and paths and all(is_robot(path) for path in paths):
        return check(session, inbound, tools)
    return prepare(inbound, DatabaseReader(session, inbound.company_id), tools)


class AsDropbox(DatabaseReader):
    """A Reader to whom the robot's own addresses are forward-paths of the company, as the one in Bcc would be."""

    def __init__(self, session: Session, company_id: int, robots: Collection[str]) -> None:
        super().__init__(session, company_id)
        self._robots = frozenset(address_key(one) for one in robots)

    def whose(self, keys: Collection[str]) -> Mapping[str, Whose]:
        """What these addresses are to the company."""
        return {**super().whose(keys), **dict.fromkeys(self._robots.intersection(keys), Whose.DROPBOX)}


def check(session: Session, inbound: Inbound, tools: Tools) -> Plan:
    """Answer the plan that answers, and files nothing."""
    look = AsDropbox(session, inbound.company_id, inbound.envelope.forward_paths)
    message, proof = parse(inbound.raw), inbound.proof
    author = look.standing(address_key(proof.from_address)) if proof else None
    if proof is None or author is None or not author.approved or proof.verdict is not Verdict.PROVED:
        return _discarded(inbound, proof, None, Rule.NOT_ANSWERED)
    if message.automatic or author.user_id is None:
        return _discarded(inbound, proof, author.user_id, Rule.NOT_ANSWERED)
    dry = replace(inbound, id=0, envelope=replace(inbound.envelope, forward_paths=()))
    would = process(dry, look, tools)
    names = names_of(session, look.viewer(author.user_id), sorted(_records(would))).get
    answered = _discarded(inbound, proof, author.user_id, Rule.ANSWERED)
    language = get_user(session, inbound.company_id, author.user_id).preferences.language
    with speaking(language):
        answer = _answer(message, in_words(proof), would, names)
    return replace(answered, answer=answer | {"language": language})


def _discarded(inbound: Inbound, proof: Proof | None, owner_id: int | None, rule: Rule) -> Plan:
    known = proof or Proof.unchecked(Verdict.NOT_EVALUATED, "", marked("The mail was not received from a stranger."))
    args = {"from": known.from_address, "verdict": str(known.verdict)}
    return Plan(
        inbound=inbound,
        proof=known,
        status=Status.DISCARDED,
        reason=rule,
        reason_args=args,
        owner_id=owner_id,
        steps=(*steps_of(inbound, known), Step(step="admit", outcome="discard", rule=rule, args=args)),
    )


def _records(plan: Plan) -> set[int]:
    """Answer the ids of the records that the plan's sentences name."""
    linked = {link.target.id for letter in plan.letters for link in letter.outcome.links}
    named = [step.args.get(name, ()) for step in plan.all_steps() for name in ("record", "records", "through")]
    return linked | {one for given in named for one in (given if isinstance(given, list | tuple) else [given])}


def _answer(message: ParsedMessage, proof: Proof, would: Plan, names: Names) -> dict[str, Any]:
    steps = list(would.all_steps())
    return {
        "message_id": message.message_id or "",
        "sentence": proof.sentence,
        "checks": _checks(proof),
        "letters": [_letter(one, names) for one in would.letters[:MOST_LETTERS]],
        "status": str(would.status),
        "steps": [sentence(one.rule, one.args, names) for one in steps[:MOST_STEPS]],
    }


def _checks(proof: Proof) -> list[dict[str, str]]:
    found = [{"name": "SPF", "result": proof.spf.result, "of": proof.spf.domain, "reason": proof.spf.reason}]
    found += [
        {"name": "DKIM", "result": one.result, "of": one.domain, "reason": one.reason}
        for one in proof.dkim[:MOST_SIGNATURES]
    ] or [{"name": "DKIM", "result": "none", "of": "", "reason": _("the mail carries no signature")}]
    policy = _("the domain publishes no policy")
    if proof.dmarc.policy:
        policy = _("the domain's policy is {policy}").format(policy=proof.dmarc.policy)
    return [*found, {"name": "DMARC", "result": proof.dmarc.result, "of": proof.dmarc.domain, "reason": policy}]


def _letter(letter: Letter, names: Names) -> dict[str, Any]:
    outcome = letter.outcome
    return {
        "direction": str(letter.direction),
        "links": [sentence(one.rule, one.args, names) for one in outcome.links],
        "questions": [sentence(one.rule, one.args, names) for one in outcome.questions],
        "creations": [one.address for one in outcome.creations],
    }
