"""What a company can decide, in words: a question, and its answers with what each of them does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from accounts.policies import CompanyPolicies, changed
from accounts.refusals import Invalid
from languages.speech import _, marked


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
        marked("At the door"),
        marked("Mail of a proved sender who is not approved"),
        marked(
            "It came to one of your Bcc addresses, it is really from that address, but nobody approved the address."
        ),
        (
            Answer(
                "hold", marked("Hold it"), marked("It waits in the held queue until somebody decides; nothing is lost.")
            ),
            Answer("refuse", marked("Refuse it"), marked("The sender is told at once and nothing is kept.")),
        ),
    ),
    Policy(
        "unprovable_senders",
        marked("At the door"),
        marked("Mail of a domain that publishes nothing to check"),
        marked("Neither SPF nor DKIM nor DMARC: nobody can tell who sent it."),
        (
            Answer("hold", marked("Hold it"), marked("It waits in the held queue, marked as not proved.")),
            Answer(
                "weak",
                marked("Accept it with a mark"),
                marked("At a personal address only, and shown as weakly proved."),
            ),
            Answer("refuse", marked("Refuse it"), marked("The sender is told at once and nothing is kept.")),
        ),
    ),
    Policy(
        "sender_approval",
        marked("At the door"),
        marked("A user adds another address of his own"),
        marked("He confirms it by a link that is mailed there."),
        (
            Answer("none", marked("Confirming is enough"), marked("The address counts as his from then on.")),
            Answer("admin", marked("An admin approves it too"), marked("It waits on your list until you say yes.")),
        ),
    ),
    Policy(
        "unknown_address",
        marked("What mail is about"),
        marked("Mail with somebody who is no contact yet"),
        marked("The address is outside the company and on no contact."),
        (
            Answer(
                "queue",
                marked("Ask the user"),
                marked("It becomes a question: link it, or make a contact of it by one click."),
            ),
            Answer(
                "contact",
                marked("Make a contact"),
                marked("A contact is made by itself and marked so; one click takes it back."),
            ),
            Answer("lead", marked("Make a lead"), marked("A contact and a lead are made by themselves and marked so.")),
            Answer("ignore", marked("Do nothing"), marked("The mail is filed, linked to nobody.")),
        ),
    ),
    Policy(
        "several_open",
        marked("What mail is about"),
        marked("Several deals are open for the same people"),
        marked("Leads and projects count as well."),
        (
            Answer(
                "ask", marked("Ask the user"), marked("Nothing is guessed: it becomes a question with the candidates.")
            ),
            Answer("newest", marked("Take the newest"), marked("The one that was made last.")),
            Answer("all", marked("Take all"), marked("The mail is linked to every open one.")),
            Answer("2", marked("Take the 2 newest"), ""),
            Answer("3", marked("Take the 3 newest"), ""),
            Answer("5", marked("Take the 5 newest"), ""),
        ),
    ),
    Policy(
        "internal_mail",
        marked("What is kept"),
        marked("Mail among colleagues alone"),
        marked("Everybody who takes part is inside the company."),
        (
            Answer(
                "drop",
                marked("Do not keep it"),
                marked("It can be brought back for 7 days. A record's own address keeps it."),
            ),
            Answer("keep", marked("Keep it"), marked("It is filed like any other mail.")),
        ),
    ),
    Policy(
        "sharing_ceiling",
        marked("What is kept"),
        marked("Who sees new mail"),
        marked("Private mail is seen by its owner alone: not by colleagues, not by admins."),
        (
            Answer(
                "shared",
                marked("Each user decides"),
                marked("New mail by Bcc is shared unless its owner prefers otherwise."),
            ),
            Answer(
                "private",
                marked("All new mail stays private"),
                marked("Nobody can share mail. What is shared already stays so."),
            ),
        ),
    ),
    Policy(
        "tracking",
        marked("What is kept"),
        marked("Tracking of opens and clicks"),
        marked("Nothing is tracked unless you allow it."),
        (
            Answer(
                "forbidden",
                marked("Forbidden"),
                marked("No mail of yours carries a picture or a link that reports back."),
            ),
            Answer("allowed", marked("Allowed"), marked("Users may switch it on, mail by mail.")),
        ),
    ),
)


def offered(policies: CompanyPolicies) -> tuple[Policy, ...]:
    """Answer the policies with those answers alone that work; one that leaves no choice is not asked.

    What is chosen now by the API alone, a number of records, is offered too.
    """
    found = (replace(one, answers=tuple(_answers(one, chosen(policies)[one.field]))) for one in POLICIES)
    return tuple(_said(one) for one in found if len(one.answers) > 1)


def settled() -> tuple[Policy, ...]:
    """Answer the policies that have one answer for now."""
    asked = {one.field for one in offered(CompanyPolicies())}
    return tuple(_said(one) for one in POLICIES if one.field not in asked)


def chosen(policies: CompanyPolicies) -> dict[str, str]:
    """Answer what is chosen now, by field."""
    return {one.field: str(getattr(policies, one.field)) for one in POLICIES}


def _said(policy: Policy) -> Policy:
    """Answer a policy in the language that is spoken."""
    answers = tuple(Answer(one.value, _(one.title), _(one.says)) for one in policy.answers)
    return replace(policy, group=_(policy.group), title=_(policy.title), says=_(policy.says), answers=answers)


def _answers(policy: Policy, now: str) -> Iterator[Answer]:
    working = [one for one in policy.answers if _works(policy.field, one.value)]
    yield from working
    if now not in {one.value for one in working}:
        yield Answer(now, _("Take the {number} newest").format(number=now), "")


def _works(field: str, value: str) -> bool:
    try:
        changed(CompanyPolicies(), {field: int(value) if value.isdigit() else value})
    except Invalid:
        return False
    return True
