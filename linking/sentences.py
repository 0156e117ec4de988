"""A rule and its arguments as one sentence, with the names that its reader may see (RULES R37).

`names(record_id)` answers a record's name, None where the reader may not see it. Only the arguments
`record`, `records` and `through` are ids of records; all others are values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from string import Formatter
from typing import Any, Final

from linking.rule import Rule
from mail.direction import isolated

Names = Callable[[int], str | None]
HIDDEN: Final = "another record"
SOMEBODY: Final = "somebody"
NOBODY: Final = "nobody"
STAND_INS: Final = (HIDDEN, SOMEBODY, NOBODY)
MAX_LISTED: Final = 10

TEMPLATES: Final[Mapping[str, str]] = {
    Rule.PROVED: "{from} was proved to be the sender.",
    Rule.WEAK: "{from} was accepted without proof, as the company allows for domains that publish nothing.",
    Rule.UNPROVED: "Nothing proves that {from} sent this mail.",
    Rule.DEFERRED: "Whether {from} sent this mail could not be found out, because look-ups failed for a time.",
    Rule.NOT_EVALUATED: "The sender was not checked, because the mail was not received from a stranger.",
    Rule.WRITTEN_LONG_AGO: "It came {days} days after it was written, so somebody who had it may have sent it again.",
    Rule.REAUTHENTICATED: "The sender was checked again later: {verdict}.",
    Rule.KEPT_OWNER: "It was let in before and stays with its owner.",
    Rule.NOT_FOUND_AGAIN: "This letter was not found again when its mail was read anew; it is kept.",
    Rule.ERASED: (
        "A person named in it was erased: the original and its files are gone, and it can no longer be decided anew."
    ),
    Rule.DSN: "This is a delivery report: {heard}.",
    Rule.AUTOMATIC: "This is automatic mail ({automatic}): it creates nothing and is never answered.",
    Rule.RETURNING: "This is a mail of ours that came back.",
    Rule.RETURNED: "Noted with the mail of ours that it came back to: {heard}.",
    Rule.COPY: "This is a blind copy: the Bcc address stands in no header field.",
    Rule.VISIBLE: "The Bcc address stands in To or Cc, where the other recipients can see it.",
    Rule.FORWARD: "This is a forwarded mail: it was sent to the Bcc address alone and holds an original.",
    Rule.REDIRECT: "A mailbox, or the company's own server, passed this mail on.",
    Rule.NOTE: "This is a note to oneself: it has no other recipient and holds no forwarded mail.",
    Rule.APPROVED: "{from} is an approved sender.",
    Rule.NOT_APPROVED: "Held: {from} was proved, but is not an approved sender.",
    Rule.UNPROVABLE: "Held: nothing proves that {from} sent this mail, because its domain publishes nothing to check.",
    Rule.TEAM_QUEUE: "Held for the team: {from} is its address, and nothing says which of its members wrote it.",
    Rule.NOT_APPROVED_REFUSED: "{from} was proved, but is not an approved sender, and the company refuses those.",
    Rule.UNPROVABLE_REFUSED: (
        "The domain of {from} publishes nothing to check, and the company refuses mail that nobody can prove."
    ),
    Rule.REFUSED: "Not accepted: nothing proves that {from} sent this mail.",
    Rule.TRY_AGAIN: "Not decided yet: look-ups failed for a time, so the sending server is asked to try again.",
    Rule.FORWARDED_HERE: "It came through a mailbox whose owner lets it forward here, and {from} is the sender.",
    Rule.FORWARDED_UNPROVED: (
        "Held: it came through a mailbox that forwards here, but nothing proves that {from} sent it."
    ),
    Rule.OUTSIDER: ("{from} is nobody of the company, and the mailbox of the address's owner does not forward here."),
    Rule.CONFIRMATION: "{service} asks its owner to confirm a forwarding: shown to him alone, not filed as a letter.",
    Rule.GATEWAY: "The company's gateway handed it over, and its owner has accepted that.",
    Rule.GATEWAY_UNPROVED: "Held: the company's gateway handed it over, but nothing proves that {from} sent it.",
    Rule.GATEWAY_NOT_HIM: (
        "Held: the company's gateway handed it over in the name of {from}, a user, and nothing proves that he sent it."
    ),
    Rule.GATEWAY_NOBODY: "Not kept: nobody who accepted the company's gateway knows anybody outside who takes part.",
    Rule.FOR_SUCCESSOR: "Held for the successor: it was sent to {to}, the address of a colleague who has left.",
    Rule.RELEASED: "Let in by hand.",
    Rule.DISCARDED: "Discarded by hand.",
    Rule.EXPIRED: "Discarded: it was held for its whole time and nobody let it in.",
    Rule.UPLOADED: "Uploaded by its owner.",
    Rule.ONE_LETTER: "The mail is one letter.",
    Rule.ATTACHED: "The original was attached as a whole mail.",
    Rule.BLOCK: "The original was found in the text of the forward.",
    Rule.PROVEN_ORIGINAL: "The attached original of {from} still carries a valid signature.",
    Rule.CLAIMED_ORIGINAL: "That {from} wrote the original is what the forward says; nothing proves it.",
    Rule.OUTGOING: "Outgoing: {from} is one of us.",
    Rule.INCOMING: "Incoming: {from} is not one of us.",
    Rule.FROM_US_UNPROVED: "{from} is one of us, but nothing proves who sent this: it is marked and links nothing.",
    Rule.PARTIES: "The parties are {parties}.",
    Rule.INTERNAL: "Not captured: everybody who takes part is inside the company.",
    Rule.INTERNAL_KEPT: "Kept, though everybody who takes part is inside the company.",
    Rule.BLOCKED: "Left out: {addresses}, on the company's list of blocked addresses.",
    Rule.BLOCKED_BY_OWNER: "Left out: {addresses}, on your own list of blocked addresses, which only you see.",
    Rule.NEVER_STORE: "Not stored, because the company's rule “{what}” says so.",
    Rule.ANSWERED: "Answered and not filed: it was sent to the robot that checks mail.",
    Rule.NOT_ANSWERED: "Neither answered nor filed: the robot answers approved senders, and never automatic mail.",
    Rule.ANSWERS: "In-Reply-To connects it with a letter of a conversation.",
    Rule.REFERS: "References connects it with a letter of a conversation that has the same subject or a common party.",
    Rule.REPORTS_ON: "It reports on a letter of a conversation, whose Message-ID it returns.",
    Rule.FIRST: "It is the first letter of its conversation here.",
    Rule.RECORD_ADDRESS: "Linked to {record}, because it was sent to the address of that record.",
    Rule.REFERENCE_TAG: "Linked to {record}, because the mail carries the reference tag of that record.",
    Rule.THREAD_CHOICE: "Linked to {record}, because an earlier letter of the conversation is.",
    Rule.EXACT_ADDRESS: "Linked to {record}, because {address} is an address of that contact.",
    Rule.DOMAIN: "Linked to {record}, because {domain} is a domain of that organisation.",
    Rule.NO_EVIDENCE: "Linked to nothing: no record matched.",
    Rule.MANUAL_USER: "No deal was linked, because its owner links deals by hand.",
    Rule.ONLY_OPEN: "Linked to {record}, because it is the only open deal, lead or project of {through}.",
    Rule.ONE_OPEN: "{record} is open for {through}.",
    Rule.NEWEST: "Linked to {record}: several are open, and the company takes the newest.",
    Rule.ALL_OPEN: "Linked to {record}: several are open, and the company takes all.",
    Rule.SEVERAL_OPEN: "Several are open: {records}. Which one is it about?",
    Rule.NOTHING_OPEN: "No deal, lead or project is open for anybody who takes part.",
    Rule.ONE_DECIDES: (
        "Linked to {record}, because it is open for {through} and nothing else is for anybody who takes part."
    ),
    Rule.DIFFERENT: "The people who take part have different ones open: {records}. Which one is it about?",
    Rule.UNKNOWN_ADDRESS: "No contact has the address {addresses}. Who is it?",
    Rule.HIDDEN_CONTACT: "A colleague shared a mail that {from} wrote on {when}. Is it mail of {record}?",
    Rule.UNKNOWN_IGNORED: "No contact has the address {addresses}; the company ignores unknown addresses.",
    Rule.CREATED: "Created from this mail, because no contact had the address {address}.",
    Rule.CREATION_PAUSED: "No contact was made of {addresses}, because too many were made of that sender lately.",
    Rule.SAME_NAME: "{record} has the same name.",
    Rule.SAME_DOMAIN: "{record} is known for {domain}, too.",
    Rule.STANDING_PEOPLE: (
        "Linked to {record}, because the owner of this mail once said so for all mail with {through}."
    ),
    Rule.STANDING_ADDRESS: (
        "Linked to {record}, because the owner of this mail once said so for all mail with {address}."
    ),
    Rule.BY_HAND: "Linked by hand.",
    Rule.EARLIER_ADDRESS: (
        "Linked to {record} with its other earlier mail, because {address} is an address of that contact."
    ),
    Rule.EARLIER_DOMAIN: (
        "Linked to {record} with its other earlier mail, because {domain} is a domain of that organisation."
    ),
    Rule.EARLIER_PEOPLE: "Linked to {record} with the other earlier mail of its people, which was about nothing else.",
    Rule.SAME_ID_OTHER_TEXT: "Another mail has the same Message-ID but another text; they are kept apart.",
    Rule.FILED_PRIVATE: "Filed for its owner alone.",
    Rule.FILED_FOR_TEAM: "Filed and shared with the members of its owner's teams who may see what it is linked to.",
    Rule.FILED_SHARED: "Filed and shared with the colleagues who may see what it is linked to.",
    Rule.FAILED: "It could not be worked on; the raw mail is kept and can be tried again.",
}
UNKNOWN: Final = "Decided by rule {rule}."


def sentence(rule: str, args: Mapping[str, Any] | None, names: Names) -> str:
    """Say in English what the rule decided; an unknown rule is named, an absent argument is left open."""
    template = TEMPLATES.get(rule)
    if template is None:
        return UNKNOWN.format(rule=rule)
    given = args or {}
    fields = {name for _, name, _, _ in Formatter().parse(template) if name}
    text = template.format_map({name: _shown(name, given.get(name), names) for name in fields})
    # An address keeps its case; what we say in its place begins the sentence.
    return text[0].upper() + text[1:] if text.startswith(STAND_INS) else text


def _shown(name: str, value: Any, names: Names) -> str:
    if name in ("record", "records", "through"):
        ids = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        return _listed([_name(one, names) for one in ids])
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _listed([isolated(str(one)) for one in value])
    return isolated(str(value)) if value else SOMEBODY


def _name(record_id: Any, names: Names) -> str:
    name = names(record_id) if isinstance(record_id, int) else None
    return isolated(name) if name else HIDDEN


def _listed(words: list[str]) -> str:
    if not words:
        return NOBODY
    more = len(words) - MAX_LISTED
    shown = words if more <= 0 else [*words[:MAX_LISTED], f"{more} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
