"""A letter of `linking` as the API shows it: ids sealed, rules said as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from linking.letter import Candidate, Letter, LetterLink
from linking.sentences import sentence
from mail.message import Address
from mail.rendering import calendar_json
from webui.api import message_shapes as shapes
from webui.call import Call
from webui.letter_html import safe_html


def message_of(call: Call, letter: Letter) -> shapes.Message:
    """Answer the whole letter."""
    return shapes.Message.model_validate(
        {
            "id": call.seal("message", letter.id),
            "thread_id": call.seal("thread", letter.thread_id),
            "message_id": letter.message_id,
            "subject": letter.subject,
            "date": letter.date,
            "received_at": letter.received_at,
            "sort_at": letter.sort_at,
            "direction": letter.direction,
            "from": _mailbox(letter.from_) if letter.from_ else None,
            "to": _mailboxes(letter.to),
            "cc": _mailboxes(letter.cc),
            "snippet": letter.snippet,
            "text": letter.text,
            "new_text": letter.new_text,
            "html": safe_html(call, letter, pictures=False),
            "automatic": letter.automatic,
            "protection": letter.protection,
            "calendar": calendar_json(letter.invitation) if letter.invitation else None,
            "marks": list(letter.marks),
            "attachments": attachments_of(call, letter),
            "links": [link_of(call, link, letter.names) for link in letter.links],
            "hidden_links": letter.hidden_links,
            "authentication": letter.authentication,
            "forwarded": letter.forwarded,
            "question": _question(call, letter),
            "copies": [
                {"user_id": call.seal("user", one.user_id), "origin": one.origin, "sharing": one.sharing}
                for one in letter.copies
            ],
            "decisions": decisions_of(letter),
            "read": letter.read,
            "archived": letter.archived,
            "deleted": letter.deleted,
        }
    )


def link_of(call: Call, link: LetterLink, names: Mapping[int, str]) -> shapes.Link:
    """Answer one link with its reason."""
    return shapes.Link.model_validate(
        {
            "id": call.seal("link", link.id),
            "type": link.type,
            "target_id": call.seal(link.type, link.target_id),
            "origin": link.origin,
            "rule": link.rule,
            "sentence": sentence(link.rule, link.args, names.get),
        }
    )


def attachments_of(call: Call, letter: Letter) -> list[shapes.Attachment]:
    """Answer the files of a letter."""
    return [
        shapes.Attachment(
            id=call.seal("attachment", one.id),
            filename=one.filename,
            content_type=one.content_type,
            size=one.size,
            inline=one.inline,
            scan=shapes.Scan(one.scan) if one.scan else None,
            scan_name=one.scan_name or None,
        )
        for one in letter.attachments
    ]


def candidates_of(call: Call, candidates: Iterable[Candidate], names: Mapping[int, str]) -> list[shapes.Candidate]:
    """Answer possible answers with what speaks for each."""
    return [
        shapes.Candidate.model_validate(
            {
                "type": one.type,
                "id": call.seal(one.type, one.id),
                "sentence": sentence(one.rule, one.args, names.get),
            }
        )
        for one in candidates
    ]


def decisions_of(letter: Letter) -> list[shapes.Decision]:
    """Answer every decision about a letter."""
    return [
        shapes.Decision(
            step=one.step,
            outcome=one.outcome,
            rule=one.rule,
            sentence=sentence(one.rule, one.args, letter.names.get),
        )
        for one in letter.decisions
    ]


def _question(call: Call, letter: Letter) -> dict[str, object] | None:
    if letter.question is None:
        return None
    return {
        "id": call.seal("unresolved", letter.question.id),
        "candidates": candidates_of(call, letter.question.candidates, letter.names),
    }


def _mailbox(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _mailboxes(addresses: Iterable[Address]) -> list[dict[str, str]]:
    return [_mailbox(one) for one in addresses]
