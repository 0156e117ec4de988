"""A parsed mail as the JSON of INTERFACE sections 2 and 4; HTML is sanitised and asks for nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from mail.body import snippet
from mail.html import sanitise
from mail.message import Address, Attachment, Forwarded, Invitation, ParsedMessage

Json = dict[str, Any]


def message_json(parsed: ParsedMessage) -> Json:
    """Answer the fields of a message that its octets alone give."""
    return {
        "message_id": parsed.message_id,
        "in_reply_to": list(parsed.in_reply_to),
        "references": list(parsed.references),
        "subject": parsed.subject,
        "date": time_json(parsed.date),
        "from": address_json(parsed.from_[0]) if parsed.from_ else None,
        "sender": address_json(parsed.sender) if parsed.sender else None,
        "reply_to": [address_json(one) for one in parsed.reply_to],
        "to": [address_json(one) for one in parsed.to],
        "cc": [address_json(one) for one in parsed.cc],
        "snippet": snippet(parsed.new_text),
        "text": parsed.text,
        "new_text": parsed.new_text,
        "html": sanitise(parsed.html, _keep_cid) if parsed.html is not None else None,
        "attachments": [attachment_json(one) for one in parsed.attachments],
        "automatic": parsed.automatic.value if parsed.automatic else None,
        "protection": parsed.protection.value if parsed.protection else None,
        "calendar": calendar_json(parsed.invitation) if parsed.invitation else None,
        "forwarded": forwarded_json(parsed.forwarded[0]) if parsed.forwarded else None,
        "defects": list(parsed.defects),
    }


def address_json(address: Address) -> Json:
    """Answer one mailbox."""
    return {"name": address.name, "address": address.address}


def attachment_json(attachment: Attachment) -> Json:
    """Answer one file; `position` is what fetches its content."""
    return {
        "position": attachment.position,
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "inline": attachment.inline,
        "content_id": attachment.content_id,
    }


def calendar_json(invitation: Invitation) -> Json:
    """Answer the event of a calendar; its times as RFC 3339 with their own offset, as days, or without a zone."""
    return {
        "method": invitation.method.value,
        "summary": invitation.summary,
        "description": invitation.description,
        "location": invitation.location,
        "start": invitation.start.isoformat() if invitation.start else None,
        "end": invitation.end.isoformat() if invitation.end else None,
        "zone": invitation.zone,
        "all_day": invitation.all_day,
        "repeats": invitation.repeats,
        "cancelled": invitation.cancelled,
        "organizer": address_json(invitation.organizer) if invitation.organizer else None,
        "attendees": [address_json(one.who) | {"status": one.answer.value} for one in invitation.attendees],
        "invited": invitation.invited,
        "others": invitation.others,
    }


def forwarded_json(forwarded: Forwarded, *, proof: str = "claimed") -> Json:
    """Answer one original inside a forward; `proof` is claimed or proven (RULES R17)."""
    return {
        "from": address_json(forwarded.from_) if forwarded.from_ else None,
        "to": [address_json(one) for one in forwarded.to],
        "cc": [address_json(one) for one in forwarded.cc],
        "subject": forwarded.subject,
        "date": forwarded.date,
        "text": forwarded.text,
        "proof": proof,
    }


def time_json(moment: datetime | None) -> str | None:
    """Answer RFC 3339 UTC to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _keep_cid(content_id: str) -> str | None:
    return f"cid:{content_id}"
