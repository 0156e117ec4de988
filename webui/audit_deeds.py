"""Deeds of the audit log whose words depend on more than their name, each as whole sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from accounts.audit import Event
from languages.speech import _, marked, ngettext

Names = Callable[[str, int], str]
"""Answers what to call a thing of that kind and number."""
Deed = Callable[[Event, str, Names], str]
"""Answers what was done, of an event and what its target is called."""
PROOFS: Final[Mapping[str, str]] = {
    "link": marked("confirmed the address {target} by its link"),
    "code": marked("confirmed the address {target} by its code"),
    "domain": marked("confirmed the address {target}, because DNS proves its domain"),
}
ROTATED: Final[Mapping[str, str]] = {
    "universal": marked("replaced the universal Bcc address"),
    "personal": marked("replaced the personal Bcc address"),
    "record": marked("replaced the record Bcc address"),
    "gateway": marked("replaced the gateway Bcc address"),
}
OFF: Final[Mapping[str, str]] = {
    "universal": marked("switched an old universal Bcc address off"),
    "personal": marked("switched an old personal Bcc address off"),
    "record": marked("switched an old record Bcc address off"),
    "gateway": marked("switched an old gateway Bcc address off"),
}
ROLES: Final[Mapping[str, str]] = {
    "admin": marked("the role is now admin"),
    "member": marked("the role is now member"),
    "read_only": marked("the role is now read only"),
}


def _user_change(event: Event, target: str, names: Names) -> str:
    args = event.args
    follower = names("user", args["successor"]) if isinstance(args.get("successor"), int) else ""
    match args.get("state"):
        case "deactivated" if follower:
            return _("deactivated {target}, followed by {name}").format(target=target, name=follower)
        case "deactivated":
            return _("deactivated {target}").format(target=target)
        case "active":
            return _("took back in {target}").format(target=target)
        case _other if changes := _changes(args):
            return _("changed {target}: {changes}").format(target=target, changes=", ".join(changes))
        case _other if follower:
            return _("changed {target}, followed by {name}").format(target=target, name=follower)
        case _other:
            return _("changed {target}").format(target=target)


def _changes(args: Mapping[str, Any]) -> list[str]:
    role = str(args.get("role", ""))
    found = [_(ROLES[role]) if role in ROLES else role] if role else []
    return [*found, *([_("the name")] if "name" in args else [])]


def _sender_request(event: Event, target: str, names: Names) -> str:
    team, user = event.args.get("team"), event.args.get("user")
    if isinstance(team, int):
        said = _("asked for the address {target} for the team {name}")
        return said.format(target=target, name=names("team", team))
    if isinstance(user, int) and user != event.actor_id:
        return _("asked for the address {target} for {name}").format(target=target, name=names("user", user))
    return _("asked for the address {target}").format(target=target)


def _sender_confirm(event: Event, target: str, _names: Names) -> str:
    proof = PROOFS.get(str(event.args.get("by")))
    return (_(proof) if proof else _("confirmed the address {target}")).format(target=target)


def _team_change(event: Event, target: str, names: Names) -> str:
    said = {"added": _("added {names}"), "removed": _("removed {names}")}
    members = [
        text.format(names=", ".join(names("user", one) for one in event.args[which]))
        for which, text in said.items()
        if event.args.get(which)
    ]
    if not members:
        return _("changed the team {target}").format(target=target)
    return _("changed the team {target}: {members}").format(target=target, members="; ".join(members))


def _rotated(event: Event, _target: str, _names: Names) -> str:
    return _(ROTATED.get(str(event.args.get("kind")), marked("replaced a Bcc address")))


def _switched_off(event: Event, _target: str, _names: Names) -> str:
    return _(OFF.get(str(event.args.get("kind")), marked("switched an old Bcc address off")))


def _forgotten(event: Event, target: str, _names: Names) -> str:
    mails = int(event.args.get("mails", 0))
    said = ngettext(
        "deleted what was private of {target}: {mails} letter",
        "deleted what was private of {target}: {mails} letters",
        mails,
    )
    return said.format(target=target, mails=mails)


def _expired(event: Event, _target: str, _names: Names) -> str:
    mails = int(event.args.get("mails", 0))
    said = ngettext(
        "deleted what was older than mail is kept: {mails} letter",
        "deleted what was older than mail is kept: {mails} letters",
        mails,
    )
    return said.format(mails=mails)


def _erased(event: Event, _target: str, _names: Names) -> str:
    mails, redacted = int(event.args.get("mails", 0)), int(event.args.get("redacted", 0))
    said = ngettext(
        "erased a person: {mails} letter deleted, {redacted} redacted",
        "erased a person: {mails} letters deleted, {redacted} redacted",
        mails,
    )
    return said.format(mails=mails, redacted=redacted)


def _handed_over(event: Event, _target: str, names: Names) -> str:
    letters, to = int(event.args.get("letters", 0)), event.args.get("to")
    said = ngettext(
        "handed {letters} private letter over to {name}",
        "handed {letters} private letters over to {name}",
        letters,
    )
    return said.format(letters=letters, name=names("user", to) if isinstance(to, int) else _("a colleague"))


SPECIAL: Final[Mapping[str, Deed]] = {
    "user.change": _user_change,
    "user.forget": _forgotten,
    "sender.request": _sender_request,
    "sender.confirm": _sender_confirm,
    "company.expire": _expired,
    "company.erase": _erased,
    "address.rotate": _rotated,
    "address.off": _switched_off,
    "team.change": _team_change,
    "own.copy.hand_over": _handed_over,
}
