"""A rule and its arguments as one sentence, with the names that its reader may see (RULES R37).

It is said when it is read, in the language that is spoken then: what is stored are the rule and values.
`names(record_id)` answers a record's name, None where the reader may not see it. Only the arguments
`record`, `records` and `through` are ids of records; all others are values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from string import Formatter
from typing import Any, Final

from languages.dates import moment
from languages.listing import listed
from languages.speech import _, marked, ngettext
from linking.rule import Rule
from linking.words_of_values import WORDS
from mail.direction import isolated

Names = Callable[[int], str | None]
HIDDEN: Final = marked("another record")
SOMEBODY: Final = marked("somebody")
NOBODY: Final = marked("nobody")
MAX_LISTED: Final = 10
COUNTED: Final = frozenset({Rule.WRITTEN_LONG_AGO})
"""Rules whose sentence depends on a number."""

TEMPLATES: Final[Mapping[str, str]] = {
    Rule.PROVED: marked("{from} was proved to be the sender."),
    Rule.WEAK: marked("{from} was accepted without proof, as the company allows for domains that publish nothing."),
    Rule.UNPROVED: marked("Nothing proves that {from} sent this mail."),
    Rule.DEFERRED: marked("Whether {from} sent this mail could not be found out, because look-ups failed for a time."),
    Rule.NOT_EVALUATED: marked("The sender was not checked, because the mail was not received from a stranger."),
    Rule.REAUTHENTICATED: marked("The sender was checked again later: {verdict}."),
    Rule.KEPT_OWNER: marked("It was let in before and stays with its owner."),
    Rule.NOT_FOUND_AGAIN: marked("This letter was not found again when its mail was read anew; it is kept."),
    Rule.ERASED: marked(
        "A person named in it was erased: the original and its files are gone, and it can no longer be decided anew."
    ),
    Rule.DSN: marked("This is a delivery report: {heard}."),
    Rule.AUTOMATIC: marked("This is automatic mail ({automatic}): it creates nothing and is never answered."),
    Rule.RETURNING: marked("This is a mail of ours that came back."),
    Rule.RETURNED: marked("Noted with the mail of ours that it came back to: {heard}."),
    Rule.COPY: marked("This is a blind copy: the Bcc address stands in no header field."),
    Rule.VISIBLE: marked("The Bcc address stands in To or Cc, where the other recipients can see it."),
    Rule.FORWARD: marked("This is a forwarded mail: it was sent to the Bcc address alone and holds an original."),
    Rule.REDIRECT: marked("A mailbox, or the company's own server, passed this mail on."),
    Rule.NOTE: marked("This is a note to oneself: it has no other recipient and holds no forwarded mail."),
    Rule.APPROVED: marked("{from} is an approved sender."),
    Rule.NOT_APPROVED: marked("Held: {from} was proved, but is not an approved sender."),
    Rule.UNPROVABLE: marked(
        "Held: nothing proves that {from} sent this mail, because its domain publishes nothing to check."
    ),
    Rule.TEAM_QUEUE: marked(
        "Held for the team: {from} is its address, and nothing says which of its members wrote it."
    ),
    Rule.NOT_APPROVED_REFUSED: marked(
        "{from} was proved, but is not an approved sender, and the company refuses those."
    ),
    Rule.UNPROVABLE_REFUSED: marked(
        "The domain of {from} publishes nothing to check, and the company refuses mail that nobody can prove."
    ),
    Rule.REFUSED: marked("Not accepted: nothing proves that {from} sent this mail."),
    Rule.TRY_AGAIN: marked("Not decided yet: look-ups failed for a time, so the sending server is asked to try again."),
    Rule.FORWARDED_HERE: marked(
        "It came through a mailbox whose owner lets it forward here, and {from} is the sender."
    ),
    Rule.FORWARDED_UNPROVED: marked(
        "Held: it came through a mailbox that forwards here, but nothing proves that {from} sent it."
    ),
    Rule.OUTSIDER: marked(
        "{from} is nobody of the company, and the mailbox of the address's owner does not forward here."
    ),
    Rule.CONFIRMATION: marked(
        "{service} asks its owner to confirm a forwarding: shown to him alone, not filed as a letter."
    ),
    Rule.GATEWAY: marked("The company's gateway handed it over, and its owner has accepted that."),
    Rule.GATEWAY_UNPROVED: marked(
        "Held: the company's gateway handed it over, but nothing proves that {from} sent it."
    ),
    Rule.GATEWAY_NOT_HIM: marked(
        "Held: the company's gateway handed it over in the name of {from}, a user, and nothing proves that he sent it."
    ),
    Rule.GATEWAY_NOBODY: marked(
        "Not kept: nobody who accepted the company's gateway knows anybody outside who takes part."
    ),
    Rule.FOR_SUCCESSOR: marked("Held for the successor: it was sent to {to}, the address of a colleague who has left."),
    Rule.RELEASED: marked("Let in by hand."),
    Rule.DISCARDED: marked("Discarded by hand."),
    Rule.EXPIRED: marked("Discarded: it was held for its whole time and nobody let it in."),
    Rule.UPLOADED: marked("Uploaded by its owner."),
    Rule.ONE_LETTER: marked("The mail is one letter."),
    Rule.ATTACHED: marked("The original was attached as a whole mail."),
    Rule.BLOCK: marked("The original was found in the text of the forward."),
    Rule.PROVEN_ORIGINAL: marked("The attached original of {from} still carries a valid signature."),
    Rule.CLAIMED_ORIGINAL: marked("That {from} wrote the original is what the forward says; nothing proves it."),
    Rule.OUTGOING: marked("Outgoing: {from} is one of us."),
    Rule.INCOMING: marked("Incoming: {from} is not one of us."),
    Rule.FROM_US_UNPROVED: marked(
        "{from} is one of us, but nothing proves who sent this: it is marked and links nothing."
    ),
    Rule.PARTIES: marked("The parties are {parties}."),
    Rule.INTERNAL: marked("Not captured: everybody who takes part is inside the company."),
    Rule.INTERNAL_KEPT: marked("Kept, though everybody who takes part is inside the company."),
    Rule.BLOCKED: marked("Left out: {addresses}, on the company's list of blocked addresses."),
    Rule.BLOCKED_BY_OWNER: marked("Left out: {addresses}, on your own list of blocked addresses, which only you see."),
    Rule.NEVER_STORE: marked("Not stored, because the company's rule “{what}” says so."),
    Rule.ANSWERED: marked("Answered and not filed: it was sent to the robot that checks mail."),
    Rule.NOT_ANSWERED: marked(
        "Neither answered nor filed: the robot answers approved senders, and never automatic mail."
    ),
    Rule.ANSWERS: marked("In-Reply-To connects it with a letter of a conversation."),
    Rule.REFERS: marked(
        "References connects it with a letter of a conversation that has the same subject or a common party."
    ),
    Rule.REPORTS_ON: marked("It reports on a letter of a conversation, whose Message-ID it returns."),
    Rule.FIRST: marked("It is the first letter of its conversation here."),
    Rule.RECORD_ADDRESS: marked("Linked to {record}, because it was sent to the address of that record."),
    Rule.REFERENCE_TAG: marked("Linked to {record}, because the mail carries the reference tag of that record."),
    Rule.THREAD_CHOICE: marked("Linked to {record}, because an earlier letter of the conversation is."),
    Rule.EXACT_ADDRESS: marked("Linked to {record}, because {address} is an address of that contact."),
    Rule.DOMAIN: marked("Linked to {record}, because {domain} is a domain of that organisation."),
    Rule.NO_EVIDENCE: marked("Linked to nothing: no record matched."),
    Rule.MANUAL_USER: marked("No deal was linked, because its owner links deals by hand."),
    Rule.ONLY_OPEN: marked("Linked to {record}, because it is the only open deal, lead or project of {through}."),
    Rule.ONE_OPEN: marked("{record} is open for {through}."),
    Rule.NEWEST: marked("Linked to {record}: several are open, and the company takes the newest."),
    Rule.ALL_OPEN: marked("Linked to {record}: several are open, and the company takes all."),
    Rule.SEVERAL_OPEN: marked("Several are open: {records}. Which one is it about?"),
    Rule.NOTHING_OPEN: marked("No deal, lead or project is open for anybody who takes part."),
    Rule.ONE_DECIDES: marked(
        "Linked to {record}, because it is open for {through} and nothing else is for anybody who takes part."
    ),
    Rule.DIFFERENT: marked("The people who take part have different ones open: {records}. Which one is it about?"),
    Rule.UNKNOWN_ADDRESS: marked("No contact has the address {addresses}. Who is it?"),
    Rule.HIDDEN_CONTACT: marked("A colleague shared a mail that {from} wrote on {when}. Is it mail of {record}?"),
    Rule.UNKNOWN_IGNORED: marked("No contact has the address {addresses}; the company ignores unknown addresses."),
    Rule.CREATED: marked("Created from this mail, because no contact had the address {address}."),
    Rule.CREATION_PAUSED: marked(
        "No contact was made of {addresses}, because too many were made of that sender lately."
    ),
    Rule.SAME_NAME: marked("{record} has the same name."),
    Rule.SAME_DOMAIN: marked("{record} is known for {domain}, too."),
    Rule.STANDING_PEOPLE: marked(
        "Linked to {record}, because the owner of this mail once said so for all mail with {through}."
    ),
    Rule.STANDING_ADDRESS: marked(
        "Linked to {record}, because the owner of this mail once said so for all mail with {address}."
    ),
    Rule.BY_HAND: marked("Linked by hand."),
    Rule.EARLIER_ADDRESS: marked(
        "Linked to {record} with its other earlier mail, because {address} is an address of that contact."
    ),
    Rule.EARLIER_DOMAIN: marked(
        "Linked to {record} with its other earlier mail, because {domain} is a domain of that organisation."
    ),
    Rule.EARLIER_PEOPLE: marked(
        "Linked to {record} with the other earlier mail of its people, which was about nothing else."
    ),
    Rule.SAME_ID_OTHER_TEXT: marked("Another mail has the same Message-ID but another text; they are kept apart."),
    Rule.FILED_PRIVATE: marked("Filed for its owner alone."),
    Rule.FILED_FOR_TEAM: marked(
        "Filed and shared with the members of its owner's teams who may see what it is linked to."
    ),
    Rule.FILED_SHARED: marked("Filed and shared with the colleagues who may see what it is linked to."),
    Rule.FAILED: marked("It could not be worked on; the raw mail is kept and can be tried again."),
}
UNKNOWN: Final = marked("Decided by rule {rule}.")
WHEN: Final = "%Y-%m-%d %H:%M UTC"
"""How a moment stands among stored arguments."""


def sentence(rule: str, args: Mapping[str, Any] | None, names: Names) -> str:
    """Say what the rule decided; an unknown rule is named, an absent argument is left open."""
    given = args or {}
    template = _template(rule, given)
    if template is None:
        return _(UNKNOWN).format(rule=rule)
    fields = {name for _text, name, _spec, _conversion in Formatter().parse(template) if name}
    text = template.format_map({name: _shown(name, given.get(name), names) for name in fields})
    # An address keeps its case; what we say in its place begins the sentence.
    stand_ins = (_(HIDDEN), _(SOMEBODY), _(NOBODY))
    return text[0].upper() + text[1:] if text.startswith(stand_ins) else text


def _template(rule: str, given: Mapping[str, Any]) -> str | None:
    if rule == Rule.WRITTEN_LONG_AGO:
        days = given.get("days")
        return ngettext(
            "It came {days} day after it was written, so somebody who had it may have sent it again.",
            "It came {days} days after it was written, so somebody who had it may have sent it again.",
            days if isinstance(days, int) else 2,
        )
    return _(TEMPLATES[rule]) if rule in TEMPLATES else None


def _shown(name: str, value: Any, names: Names) -> str:
    if name in ("record", "records", "through"):
        ids = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        return _listed([_name(one, names) for one in ids])
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _listed([isolated(str(one)) for one in value])
    if name in WORDS:
        return _(WORDS[name].get(value, str(value))) if value else _(SOMEBODY)
    if name == "when":
        return _moment(value)
    return isolated(str(value)) if value else _(SOMEBODY)


def _moment(value: Any) -> str:
    try:
        return moment(datetime.strptime(str(value), WHEN).replace(tzinfo=UTC))
    except ValueError:
        return _(SOMEBODY)


def _name(record_id: Any, names: Names) -> str:
    name = names(record_id) if isinstance(record_id, int) else None
    return isolated(name) if name else _(HIDDEN)


def _listed(words: list[str]) -> str:
    if not words:
        return _(NOBODY)
    more = len(words) - MAX_LISTED
    if more <= 0:
        return listed(words)
    return listed([*words[:MAX_LISTED], ngettext("{more} more", "{more} more", more).format(more=more)])
