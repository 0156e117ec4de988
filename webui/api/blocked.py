"""`blocked-addresses`: whose mail nobody, or only oneself, wants to see (RULES R33)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from accounts.blocking import Blocked, BlockScope, add_blocked, list_blocked, remove_blocked
from webui.api.operation import Operations
from webui.api.shape import Answered, Asked, Line, Listed, Moment, Page
from webui.call import Call
from webui.cursor import paged, seal_cursor
from webui.offering import offer_after_blocking

operations: Final = Operations()


class BlockedAddressNew(Asked):
    """An address, or a domain with all below it; `company` is for admins."""

    address: Line | None = None
    domain: Line | None = None
    scope: BlockScope = BlockScope.MINE


class BlockedAddress(Answered):
    """An entry of the company's list or of one's own; either `address` or `domain` is null."""

    id: str
    address: str | None
    domain: str | None
    scope: BlockScope
    created_at: Moment


@operations.add("GET", "/blocked-addresses", "List what is blocked", query=Page, answer=Listed[BlockedAddress])
def list_blocked_addresses(call: Call, page: Page) -> Listed[BlockedAddress]:
    """Answer the company's entries and one's own, the newest first."""
    found = paged(
        call, page, lambda limit, before: list_blocked(call.session, call.viewer, limit, before), lambda row: row.id
    )
    data = [_shown(call, row) for row in found.rows]
    return Listed[BlockedAddress](data=data, next_cursor=seal_cursor(call, found.next))


@operations.add(
    "POST",
    "/blocked-addresses",
    "Block an address or a domain",
    body=BlockedAddressNew,
    answer=BlockedAddress,
    status=HTTPStatus.CREATED,
    for_readers=True,
)
def block_address(call: Call, given: BlockedAddressNew) -> BlockedAddress:
    """Add an entry; one that stands there is answered as it is."""
    added = add_blocked(
        call.session, call.viewer, address=given.address, domain=given.domain, scope=given.scope, now=call.now
    )
    offer_after_blocking(call, everybody=added.scope == BlockScope.COMPANY)
    return _shown(call, added)


@operations.add("DELETE", "/blocked-addresses/{blocked}", "Unblock", for_readers=True)
def unblock_address(call: Call, blocked_id: int) -> None:
    """Remove an entry, which brings its mail back."""
    scope = remove_blocked(call.session, call.viewer, blocked_id, call.now)
    offer_after_blocking(call, everybody=scope is BlockScope.COMPANY)


def _shown(call: Call, row: Blocked) -> BlockedAddress:
    return BlockedAddress(
        id=call.seal("blocked", row.id),
        address=row.address,
        domain=row.domain,
        scope=row.scope,
        created_at=row.created_at,
    )
