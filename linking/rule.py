"""The names of the rules that decide about a mail: the number in RULES, then the case.

Decisions, links and questions keep these names; `linking.sentences` says each in words.
"""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """Every rule that may stand in a decision, a link, a question or an inbound row's reason."""

    PROVED = "R8.proved"
    WEAK = "R8.weak"
    UNPROVED = "R8.unproved"
    DEFERRED = "R8.deferred"
    NOT_EVALUATED = "R8.not_evaluated"
    WRITTEN_LONG_AGO = "R8.old"
    REAUTHENTICATED = "R52.reauthenticated"
    KEPT_OWNER = "R52.kept"
    NOT_FOUND_AGAIN = "R52.not_found"

    DSN = "R14.dsn"
    AUTOMATIC = "R14.automatic"
    RETURNING = "R14.returning"
    RETURNED = "R8a.returned"
    COPY = "R14.copy"
    VISIBLE = "R14.visible"
    FORWARD = "R14.forward"
    REDIRECT = "R14.redirect"
    NOTE = "R14.note"

    APPROVED = "R9.approved"
    NOT_APPROVED = "R9.not_approved"
    UNPROVABLE = "R9.unprovable"
    REFUSED = "R9.refused"
    FOR_SUCCESSOR = "R55.successor"
    RELEASED = "R10a.released"
    DISCARDED = "R10a.discarded"
    EXPIRED = "R9b.expired"
    UPLOADED = "R14a.uploaded"

    ONE_LETTER = "R16.one"
    ATTACHED = "R16.attached"
    BLOCK = "R16.block"
    PROVEN_ORIGINAL = "R17.proven"
    CLAIMED_ORIGINAL = "R17.claimed"

    OUTGOING = "R14a.outgoing"
    INCOMING = "R14a.incoming"
    FROM_US_UNPROVED = "R14a.unproved"
    PARTIES = "R19.parties"
    INTERNAL = "R23.internal"
    INTERNAL_KEPT = "R23.kept"
    BLOCKED = "R33.blocked"
    BLOCKED_BY_OWNER = "R33.own"
    NEVER_STORE = "R34.never_store"
    ANSWERED = "R51.answered"
    NOT_ANSWERED = "R51.not_answered"

    ANSWERS = "R28.in_reply_to"
    REFERS = "R28.references"
    FIRST = "R28.first"

    RECORD_ADDRESS = "R20.record_address"
    THREAD_CHOICE = "R20.thread"
    EXACT_ADDRESS = "R20.address"
    DOMAIN = "R20.domain"
    NO_EVIDENCE = "R20.nothing"
    MANUAL_USER = "R21.manual"
    ONLY_OPEN = "R21.only_open"
    ONE_OPEN = "R21.open"
    NEWEST = "R21.newest"
    ALL_OPEN = "R21.all_open"
    SEVERAL_OPEN = "R21.several"
    NOTHING_OPEN = "R21.nothing_open"
    ONE_DECIDES = "R22.one_decides"
    DIFFERENT = "R22.different"
    UNKNOWN_ADDRESS = "R24.unknown"
    UNKNOWN_IGNORED = "R24.ignored"
    CREATED = "R24.created"
    CREATION_PAUSED = "R40.paused"
    STANDING_PEOPLE = "R21.standing"
    SAME_NAME = "R24.same_name"
    SAME_DOMAIN = "R24.same_domain"
    STANDING_ADDRESS = "R24.standing"
    BY_HAND = "R25.by_hand"

    SAME_ID_OTHER_TEXT = "R29.other_text"
    FILED_PRIVATE = "R30.private"
    FILED_FOR_TEAM = "R30.team"
    FILED_SHARED = "R30.shared"
    FAILED = "R2.failed"
