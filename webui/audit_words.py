"""Events of the audit log in words: who did what to what; never what a mail says (SECURITY W7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts.audit import OWN, Event

Names = Callable[[str, int], str]
"""Answers what to call a thing of that kind and number."""
KINDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "users": ("Users and sign-in", ("user", "token", "app_password", "sender")),
    "company": (
        "Company",
        ("company", "address", "gateway", "blocked", "team", "standing", "hold", "export", "template", "signature"),
    ),
    "records": ("Records", ("contact", "organization", "deal", "lead", "project")),
    "mail": ("Mail", ("copy", "link", "held", "pause", "outbox", "own")),
}
"""What one may look for: a title, and the first words of its actions."""
DEEDS: Final[Mapping[str, str]] = {
    "user.add": "added {target}",
    "user.invite": "made an invitation for {target}",
    "user.change": "changed {target}{changes}",
    "user.password": "set a new password",
    "user.forget": "deleted what was private of {target}: {mails} letters",
    "user.second_factor.on": "switched a second step on",
    "user.second_factor.off": "switched the second step off",
    "user.second_factor.codes": "made new recovery codes",
    "user.second_factor.reset": "reset the second step of {target}",
    "token.add": "made an API token",
    "token.revoke": "revoked an API token",
    "app_password.add": "made an app password",
    "app_password.revoke": "revoked an app password",
    "sender.request": "asked for the address {target}{for_whom}",
    "sender.confirm": "confirmed the address {target}{shown}",
    "sender.approve": "approved the address {target}",
    "sender.reject": "rejected the address {target}",
    "sender.revoke": "took the address {target} back",
    "sender.verify_again": "had the address {target} confirmed anew",
    "sender.domain_add": "asked for a proof of the domain {domain}",
    "sender.domain_prove": "found the domain {domain} proved",
    "sender.domain_lapse": "found the proof of the domain {domain} lapsed",
    "sender.domain_remove": "let go of the proof of the domain {domain}",
    "company.add": "set the company up",
    "company.change": "changed the company: {fields}",
    "company.expire": "deleted what was older than mail is kept: {mails} letters",
    "company.erase": "erased a person: {mails} letters deleted, {redacted} redacted",
    "hold.place": "placed a legal hold",
    "hold.end": "ended a legal hold",
    "export.make": "exported the company",
    "own.export.make": "exported everything of theirs",
    "address.rotate": "replaced the {kind} Bcc address",
    "address.off": "switched an old {kind} Bcc address off",
    "gateway.on": "switched the gateway on",
    "gateway.off": "switched the gateway off",
    "gateway.accept": "let the gateway file their mail",
    "gateway.withdraw": "let the gateway file their mail no more",
    "blocked.add": "blocked an address for everybody",
    "blocked.remove": "unblocked an address for everybody",
    "team.add": "made the team {target}",
    "team.change": "changed the team {target}{members}",
    "team.delete": "deleted the team {target}",
    "team.restore": "brought the team {target} back",
    "copy.share": "shared a letter",
    "own.copy.withdraw": "made a letter of theirs private",
    "own.copy.share_with_team": "shared a letter with their team",
    "own.copy.hand_over": "handed {letters} private letters over to {to}",
    "thread.split": "split letters out of a conversation",
    "thread.merge": "merged two conversations",
    "thread.undo": "took a split or merge of conversations back",
    "own.thread.split": "split private letters out of a conversation",
    "own.thread.merge": "merged conversations of private letters",
    "own.thread.undo": "took a split or merge of private letters back",
    "link.add": "linked a letter",
    "link.undo": "undid a link",
    "link.take_earlier": "linked the earlier mail of {target}",
    "link.undo_earlier": "undid the links of earlier mail of {target}",
    "own.link.take_earlier": "linked their private earlier mail of {target}",
    "own.link.undo_earlier": "undid the links of their private earlier mail of {target}",
    "own.access.ask": "asked to see a letter",
    "own.access.grant": "let a colleague see a letter",
    "own.access.refuse": "kept a letter from a colleague",
    "own.link.add": "linked a private letter",
    "own.link.undo": "undid a link of a private letter",
    "held.release": "let a held mail in",
    "held.discard": "threw a held mail away",
    "held.restore": "took a discarded mail back",
    "own.webhook.add": "made a webhook",
    "own.webhook.change": "changed a webhook of theirs",
    "own.webhook.rotate": "made a new secret for a webhook of theirs",
    "own.webhook.remove": "removed a webhook of theirs",
    "template.add": "made a template for everybody",
    "template.change": "changed a template for everybody",
    "template.remove": "removed a template for everybody",
    "signature.add": "made a signature for everybody",
    "signature.change": "changed a signature for everybody",
    "signature.remove": "removed a signature for everybody",
    "outbox.pause": "paused all sending",
    "outbox.resume": "let sending go on",
    "outbox.retry": "had a mail of ours tried again",
    "outbox.cancel": "cancelled a mail of ours",
    "pause.end": "let a peer go on that was paused",
}
STATES: Final[Mapping[str, str]] = {"deactivated": "deactivated", "active": "took back in"}
ACTS: Final[Mapping[str, str]] = {
    "add": "made",
    "create": "made from a mail",
    "change": "changed",
    "delete": "deleted",
    "restore": "brought back",
    "undo": "took back",
    "merge": "merged another into",
    "unmerge": "took a merge back from",
    "remove": "removed",
}
SHOWN: Final[Mapping[str, str]] = {
    "link": " by its link",
    "code": " by its code",
    "domain": ", because DNS proves its domain",
}
FIELDS: Final[Mapping[str, str]] = {
    "name": "name",
    "domains": "domains",
    "unapproved_senders": "senders who are not approved",
    "unprovable_senders": "domains that publish nothing",
    "sender_approval": "who approves addresses",
    "unknown_address": "unknown addresses",
    "several_open": "several open deals",
    "internal_mail": "mail among colleagues",
    "sharing_ceiling": "who sees new mail",
    "never_store": "what is never stored",
    "hold_days": "days on hold",
    "retention_days": "days that mail is kept",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An event in words; `who` and `deed` make a sentence."""

    who: str
    deed: str


def told(event: Event, names: Names) -> Told:
    """Say who did what; the one without an actor is the program itself or its operator."""
    who = names("user", event.actor_id) if event.actor_id else "smartbcc"
    return Told(who, deed(event, names))


def deed(event: Event, names: Names) -> str:
    """Say what was done."""
    args = event.args
    kind, _, number = (event.target or "").partition(" ")
    target = names(kind, int(number)) if number.isdigit() else ""
    words = {
        "target": target,
        "changes": _changes(args, names),
        "members": _members(args, names),
        "fields": ", ".join(FIELDS.get(one, one.replace("_", " ")) for one in args.get("fields", ())) or "nothing",
        "kind": args.get("kind", ""),
        "mails": args.get("mails", 0),
        "redacted": args.get("redacted", 0),
        "letters": args.get("letters", 0),
        "domain": args.get("domain", ""),
        "shown": SHOWN.get(str(args.get("by")), ""),
        "for_whom": _for_whom(event, names),
        "to": names("user", args["to"]) if isinstance(args.get("to"), int) else "a colleague",
    }
    if event.action == "user.change" and args.get("state") in STATES:
        return f"{STATES[args['state']]} {target}{_followed(args, names)}"
    template = DEEDS.get(event.action) or DEEDS.get(event.action.removeprefix(OWN))
    return template.format_map(words) if template else _plain(event.action, kind, target)


def _for_whom(event: Event, names: Names) -> str:
    for kind in ("user", "team"):
        number = event.args.get(kind)
        if isinstance(number, int) and (kind == "team" or number != event.actor_id):
            return f" for {'the team ' if kind == 'team' else ''}{names(kind, number)}"
    return ""


def _plain(action: str, kind: str, target: str) -> str:
    """Say what nobody has written words for: `deal.change` is "changed the deal Chairs"."""
    act = action.removeprefix(OWN).rpartition(".")[2]
    verb = ACTS.get(act, f"did “{act.replace('_', ' ')}” to")
    return f"{verb} the {kind or 'company'}{f' {target}' if target else ''}".replace("organization", "organisation")


def _changes(args: Mapping[str, Any], names: Names) -> str:
    parts = [f"the role is now {str(args['role']).replace('_', ' ')}"] if "role" in args else []
    if "name" in args:
        parts.append("the name")
    return f": {', '.join(parts)}" if parts else _followed(args, names)


def _followed(args: Mapping[str, Any], names: Names) -> str:
    return f", followed by {names('user', args['successor'])}" if isinstance(args.get("successor"), int) else ""


def _members(args: Mapping[str, Any], names: Names) -> str:
    parts = [
        f"{word} {', '.join(names('user', one) for one in args[word])}"
        for word in ("added", "removed")
        if args.get(word)
    ]
    return f": {'; '.join(parts)}" if parts else ""
