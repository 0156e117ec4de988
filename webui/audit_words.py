"""Events of the audit log in words: who did what to what; never what a mail says (SECURITY W7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from accounts.audit import OWN, Event
from languages.speech import _, marked
from webui.audit_deeds import SPECIAL, Names

KINDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "users": (marked("Users and sign-in"), ("user", "token", "app_password", "sender")),
    "company": (
        marked("Company"),
        ("company", "address", "gateway", "blocked", "team", "standing", "hold", "export", "template", "signature"),
    ),
    "records": (marked("Records"), ("contact", "organization", "deal", "lead", "project")),
    "mail": (marked("Mail"), ("copy", "link", "held", "pause", "outbox", "inbound", "webhooks", "own")),
}
"""What one may look for: a title, and the first words of its actions."""
DEEDS: Final[Mapping[str, str]] = {
    "user.add": marked("added {target}"),
    "user.invite": marked("made an invitation for {target}"),
    "user.password": marked("set a new password"),
    "user.second_factor.on": marked("switched a second step on"),
    "user.second_factor.off": marked("switched the second step off"),
    "user.second_factor.codes": marked("made new recovery codes"),
    "user.second_factor.reset": marked("reset the second step of {target}"),
    "user.passkey.add": marked("added a passkey"),
    "user.passkey.remove": marked("removed a passkey"),
    "user.passkey.refuse": marked("was refused with a passkey that looked like a copy"),
    "user.sign_in.bind": marked("was bound to an account at the sign-in provider"),
    "user.sign_in.release": marked("released the account of {target} at the sign-in provider"),
    "token.add": marked("made an API token"),
    "token.revoke": marked("revoked an API token"),
    "app_password.add": marked("made an app password"),
    "app_password.revoke": marked("revoked an app password"),
    "sender.approve": marked("approved the address {target}"),
    "sender.reject": marked("rejected the address {target}"),
    "sender.revoke": marked("took the address {target} back"),
    "sender.verify_again": marked("had the address {target} confirmed anew"),
    "sender.domain_add": marked("asked for a proof of the domain {domain}"),
    "sender.domain_prove": marked("found the domain {domain} proved"),
    "sender.domain_lapse": marked("found the proof of the domain {domain} lapsed"),
    "sender.domain_remove": marked("let go of the proof of the domain {domain}"),
    "company.add": marked("set the company up"),
    "company.change": marked("changed the company: {fields}"),
    "company.sign_in.change": marked("changed how the company signs in: {fields}"),
    "company.sign_in.remove": marked("removed the sign-in provider"),
    "hold.place": marked("placed a legal hold"),
    "hold.end": marked("ended a legal hold"),
    "export.make": marked("exported the company"),
    "own.export.make": marked("exported everything of theirs"),
    "gateway.on": marked("switched the gateway on"),
    "gateway.off": marked("switched the gateway off"),
    "gateway.accept": marked("let the gateway file their mail"),
    "gateway.withdraw": marked("let the gateway file their mail no more"),
    "blocked.add": marked("blocked an address for everybody"),
    "blocked.remove": marked("unblocked an address for everybody"),
    "team.add": marked("made the team {target}"),
    "team.delete": marked("deleted the team {target}"),
    "team.restore": marked("brought the team {target} back"),
    "copy.share": marked("shared a letter"),
    "own.copy.withdraw": marked("made a letter of theirs private"),
    "own.copy.share_with_team": marked("shared a letter with their team"),
    "thread.split": marked("split letters out of a conversation"),
    "thread.merge": marked("merged two conversations"),
    "thread.undo": marked("took a split or merge of conversations back"),
    "own.thread.split": marked("split private letters out of a conversation"),
    "own.thread.merge": marked("merged conversations of private letters"),
    "own.thread.undo": marked("took a split or merge of private letters back"),
    "link.add": marked("linked a letter"),
    "link.undo": marked("undid a link"),
    "link.take_earlier": marked("linked the earlier mail of {target}"),
    "link.undo_earlier": marked("undid the links of earlier mail of {target}"),
    "own.link.take_earlier": marked("linked their private earlier mail of {target}"),
    "own.link.undo_earlier": marked("undid the links of their private earlier mail of {target}"),
    "own.access.ask": marked("asked to see a letter"),
    "own.access.grant": marked("let a colleague see a letter"),
    "own.access.refuse": marked("kept a letter from a colleague"),
    "own.link.add": marked("linked a private letter"),
    "own.link.undo": marked("undid a link of a private letter"),
    "held.release": marked("let a held mail in"),
    "held.discard": marked("threw a held mail away"),
    "held.restore": marked("took a discarded mail back"),
    "own.webhook.add": marked("made a webhook"),
    "own.webhook.change": marked("changed a webhook of theirs"),
    "own.webhook.rotate": marked("made a new secret for a webhook of theirs"),
    "own.webhook.remove": marked("removed a webhook of theirs"),
    "template.add": marked("made a template for everybody"),
    "template.change": marked("changed a template for everybody"),
    "template.remove": marked("removed a template for everybody"),
    "signature.add": marked("made a signature for everybody"),
    "signature.change": marked("changed a signature for everybody"),
    "signature.remove": marked("removed a signature for everybody"),
    "outbox.pause": marked("paused all sending"),
    "outbox.resume": marked("let sending go on"),
    "outbox.retry": marked("had a mail of ours tried again"),
    "outbox.cancel": marked("cancelled a mail of ours"),
    "inbound.retry": marked("had mails that failed tried again"),
    "webhooks.retry": marked("had failed deliveries of webhooks sent again"),
    "pause.end": marked("let a peer go on that was paused"),
}
FIELDS: Final[Mapping[str, str]] = {
    "name": marked("name"),
    "domains": marked("domains"),
    "unapproved_senders": marked("senders who are not approved"),
    "unprovable_senders": marked("domains that publish nothing"),
    "sender_approval": marked("who approves addresses"),
    "unknown_address": marked("unknown addresses"),
    "several_open": marked("several open deals"),
    "internal_mail": marked("mail among colleagues"),
    "sharing_ceiling": marked("who sees new mail"),
    "never_store": marked("what is never stored"),
    "hold_days": marked("days on hold"),
    "retention_days": marked("days that mail is kept"),
}
ACTS: Final[Mapping[str, str]] = {
    "add": marked("made {thing}"),
    "create": marked("made {thing} from a mail"),
    "change": marked("changed {thing}"),
    "delete": marked("deleted {thing}"),
    "restore": marked("brought {thing} back"),
    "undo": marked("took {thing} back"),
    "merge": marked("merged another into {thing}"),
    "unmerge": marked("took a merge back from {thing}"),
    "remove": marked("removed {thing}"),
}
THINGS: Final[Mapping[str, str]] = {
    "": marked("the company"),
    "company": marked("the company {name}"),
    "contact": marked("the contact {name}"),
    "organization": marked("the organisation {name}"),
    "deal": marked("the deal {name}"),
    "lead": marked("the lead {name}"),
    "project": marked("the project {name}"),
    "user": marked("the user {name}"),
    "team": marked("the team {name}"),
    "sender": marked("the address {name}"),
    "message": marked("the letter {name}"),
    "thread": marked("the conversation {name}"),
    "standing": marked("the standing answer {name}"),
    "webhook": marked("the webhook {name}"),
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
    kind, _space, number = (event.target or "").partition(" ")
    target = names(kind, int(number)) if number.isdigit() else ""
    special = SPECIAL.get(event.action)
    if special is not None:
        return special(event, target, names)
    template = DEEDS.get(event.action) or DEEDS.get(event.action.removeprefix(OWN))
    if template is None:
        return _plain(event.action, kind, target)
    return _(template).format_map({"target": target, "domain": event.args.get("domain", "")} | _fields(event))


def _fields(event: Event) -> dict[str, str]:
    said = [_(FIELDS[one]) if one in FIELDS else one.replace("_", " ") for one in event.args.get("fields", ())]
    return {"fields": ", ".join(said) or _("nothing")}


def _plain(action: str, kind: str, target: str) -> str:
    """Say what nobody has written words for: `deal.change` is "changed the deal Chairs"."""
    act = action.removeprefix(OWN).rpartition(".")[2]
    thing = (_(THINGS[kind]) if kind in THINGS else f"{kind} {{name}}").format(name=target).strip()
    if act in ACTS:
        return _(ACTS[act]).format(thing=thing)
    return _("did “{act}” to {thing}").format(act=act.replace("_", " "), thing=thing)
