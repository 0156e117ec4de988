"""What a company can decide, in words: a question, and its answers with what each of them does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from accounts.policies import CompanyPolicies, changed
from accounts.refusals import Invalid


@dataclass(frozen=True, slots=True)
class Answer:
    """One value of a policy, and what it does."""

    value: str
    title: str
    says: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One field of `company`: its question and its answers, the default first; `group` heads it on the page."""

    field: str
    group: str
    title: str
    says: str
    answers: tuple[Answer, ...]


POLICIES: Final = (
    Policy(
        "unapproved_senders",
        "At the door",
        "Mail of a proved sender who is not approved",
        "It came to one of your Bcc addresses, it is really from that address, but nobody approved the address.",
        (
            Answer("hold", "Hold it", "It waits in the held queue until somebody decides; nothing is lost."),
            Answer("refuse", "Refuse it", "The sender is told at once and nothing is kept."),
        ),
    ),
    Policy(
        "unprovable_senders",
        "At the door",
        "Mail of a domain that publishes nothing to check",
        "Neither SPF nor DKIM nor DMARC: nobody can tell who sent it.",
        (
            Answer("hold", "Hold it", "It waits in the held queue, marked as not proved."),
            Answer("weak", "Accept it with a mark", "At a personal address only, and shown as weakly proved."),
            Answer("refuse", "Refuse it", "The sender is told at once and nothing is kept."),
        ),
    ),
    Policy(
        "sender_approval",
        "At the door",
        "A user adds another address of his own",
        "He confirms it by a link that is mailed there.",
        (
            Answer("none", "Confirming is enough", "The address counts as his from then on."),
            Answer("admin", "An admin approves it too", "It waits on your list until you say yes."),
        ),
    ),
    Policy(
        "unknown_address",
        "What mail is about",
        "Mail with somebody who is no contact yet",
        "The address is outside the company and on no contact.",
        (
            Answer("queue", "Ask the user", "It becomes a question: link it, or make a contact of it by one click."),
            Answer("contact", "Make a contact", "A contact is made by itself and marked so; one click takes it back."),
            Answer("lead", "Make a lead", "A contact and a lead are made by themselves and marked so."),
            Answer("ignore", "Do nothing", "The mail is filed, linked to nobody."),
        ),
    ),
    Policy(
        "several_open",
        "What mail is about",
        "Several deals are open for the same people",
        "Leads and projects count as well.",
        (
            Answer("ask", "Ask the user", "Nothing is guessed: it becomes a question with the candidates."),
            Answer("newest", "Take the newest", "The one that was made last."),
            Answer("all", "Take all", "The mail is linked to every open one."),
            Answer("2", "Take the 2 newest", ""),
            Answer("3", "Take the 3 newest", ""),
            Answer("5", "Take the 5 newest", ""),
        ),
    ),
    Policy(
        "internal_mail",
        "What is kept",
        "Mail among colleagues alone",
        "Everybody who takes part is inside the company.",
        (
            Answer("drop", "Do not keep it", "It can be brought back for 7 days. A record's own address keeps it."),
            Answer("keep", "Keep it", "It is filed like any other mail."),
        ),
    ),
    Policy(
        "sharing_ceiling",
        "What is kept",
        "Who sees new mail",
        "Private mail is seen by its owner alone: not by colleagues, not by admins.",
        (
            Answer("shared", "Each user decides", "New mail by Bcc is shared unless its owner prefers otherwise."),
            Answer("private", "All new mail stays private", "Nobody can share mail. What is shared already stays so."),
        ),
    ),
    Policy(
        "tracking",
        "What is kept",
        "Tracking of opens and clicks",
        "Nothing is tracked unless you allow it.",
        (
            Answer("forbidden", "Forbidden", "No mail of yours carries a picture or a link that reports back."),
            Answer("allowed", "Allowed", "Users may switch it on, mail by mail."),
        ),
    ),
)


def offered(policies: CompanyPolicies) -> tuple[Policy, ...]:
    """Answer the policies with those answers alone that work; one that leaves no choice is not asked.

    What is chosen now by the API alone, a number of records, is offered too.
    """
    found = (replace(one, answers=tuple(_answers(one, chosen(policies)[one.field]))) for one in POLICIES)
    return tuple(one for one in found if len(one.answers) > 1)


def settled() -> tuple[Policy, ...]:
    """Answer the policies that have one answer for now."""
    asked = {one.field for one in offered(CompanyPolicies())}
    return tuple(one for one in POLICIES if one.field not in asked)


def chosen(policies: CompanyPolicies) -> dict[str, str]:
    """Answer what is chosen now, by field."""
    return {one.field: str(getattr(policies, one.field)) for one in POLICIES}


def _answers(policy: Policy, now: str) -> Iterator[Answer]:
    working = [one for one in policy.answers if _works(policy.field, one.value)]
    yield from working
    if now not in {one.value for one in working}:
        yield Answer(now, f"Take the {now} newest", "")


def _works(field: str, value: str) -> bool:
    try:
        changed(CompanyPolicies(), {field: int(value) if value.isdigit() else value})
    except Invalid:
        return False
    return True
