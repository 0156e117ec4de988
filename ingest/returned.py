"""Mail to a return address of our outbox: noted with the mail it is about, and nothing else (RULES R8a, R14).

It makes no letter, no contact and no answer, and belongs to nobody: who may see the mail of ours sees it there.
"""

from __future__ import annotations

from ingest.inbound import Inbound
from ingest.plan import Plan, Status
from linking.decision import Step
from linking.rule import Rule
from mail.message import Automatic, ParsedMessage
from mail.report import read_report
from mailauth.results import Proof
from outbox.reports import BY_ACTION, Heard, read_returned
from outbox.return_path import Returned


def note(inbound: Inbound, message: ParsedMessage, proof: Proof, about: Returned, steps: tuple[Step, ...]) -> Plan:
    """Answer the plan that notes it with our mail."""
    is_report = message.automatic is Automatic.DSN
    report = read_report(inbound.raw)
    is_answer = report is None and not is_report and message.automatic is Automatic.REPLY
    returned = read_returned(about, report, is_answer=is_answer)
    kind = "dsn" if is_report or report is not None else "automatic"
    args = {"heard": str(returned.heard)}
    said = args if kind == "dsn" else {"automatic": str(message.automatic)}
    return Plan(
        inbound=inbound,
        proof=proof,
        status=Status.FILED,
        reason=Rule.RETURNED,
        reason_args=args,
        steps=(
            *steps,
            Step(step="classify", outcome=kind, rule=Rule.DSN if kind == "dsn" else Rule.AUTOMATIC, args=said),
            Step(step="admit", outcome="note", rule=Rule.RETURNED, args=args),
        ),
        returned=returned,
    )


def heard_in(raw: bytes) -> str:
    """Answer what a delivery report says became of a mail; of several recipients the worst news."""
    report = read_report(raw)
    return str(BY_ACTION[report.worst.action] if report else Heard.UNREADABLE)
