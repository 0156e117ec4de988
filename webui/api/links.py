"""`messages/{id}/links` and `links`: what a letter is about, corrected by hand."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from sqlalchemy import select

from db.models import Link as LinkRow
from languages.speech import _
from linking.letter_parts import records_in
from linking.links import WouldHide, add_link, undo_link
from linking.record_view import names_of
from linking.sentences import sentence
from webui.api.message_shapes import Link, RecordKind
from webui.api.operation import Operations
from webui.api.references import missing_references, number_of
from webui.api.shape import Asked, Sealed
from webui.call import Call
from webui.problem import ProblemError

operations: Final = Operations()


class LinkNew(Asked):
    """What to link to; `confirm` where the link would hide the letter from colleagues who see it now."""

    type: RecordKind
    target_id: Sealed
    confirm: bool = False


@operations.add(
    "POST", "/messages/{message}/links", "Link a letter", body=LinkNew, answer=Link, status=HTTPStatus.CREATED
)
def make_link(call: Call, new: LinkNew, message_id: int) -> Link:
    """Link a letter to a record."""
    with missing_references():
        made = add_link(
            call.session,
            call.viewer,
            message_id,
            new.type,
            number_of(call, new.type, new.target_id),
            call.now,
            confirmed=new.confirm,
        )
    if isinstance(made, WouldHide):
        raise would_hide(call, made)
    return _made(call, new, made.link_id)


@operations.add("DELETE", "/links/{link}", "Undo a link; its rule never makes it again")
def delete_link(call: Call, link_id: int) -> None:
    """Undo a link."""
    undo_link(call.session, call.viewer, link_id, call.now)


def would_hide(call: Call, hidden: WouldHide) -> ProblemError:
    """Answer the 409 that says who would no longer see the letter (RULES R30)."""
    return ProblemError(
        HTTPStatus.CONFLICT,
        _(
            "This link would hide the letter from colleagues who see it now. "
            "Send confirm: true to make it all the same."
        ),
        more={"hides_from": [call.seal("user", one) for one in hidden.user_ids]},
    )


def _made(call: Call, new: LinkNew, link_id: int) -> Link:
    """Answer the link as it stands: one that a rule had made already stays that rule's."""
    query = select(LinkRow).where(LinkRow.company_id == call.viewer.company_id, LinkRow.id == link_id)
    row = call.session.scalars(query).one()
    names = names_of(call.session, call.viewer, sorted({row.target_id, *records_in(row.args or {})}))
    return Link(
        id=call.seal("link", row.id),
        type=new.type,
        target_id=new.target_id,
        origin="auto" if row.origin == "auto" else "manual",
        rule=row.rule,
        sentence=sentence(row.rule, row.args, names.get),
    )
