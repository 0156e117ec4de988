"""Idempotency keys: the same POST with the same key gets its first answer, another body 422.

The answer is kept sealed, because it may carry a link or an address that opens doors.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from flask import Response, request
from sqlalchemy import Select, delete, select

from db.models import IdempotencyKey
from languages.speech import _
from webui.call import Call
from webui.problem import ProblemError

KEPT: Final = timedelta(hours=24)


def find_answer(call: Call, key: str) -> Response | None:
    """Answer what this key was answered before; raise 422 where the request was another."""
    _forget_old(call)
    row = call.session.scalar(_mine(call).where(IdempotencyKey.key == key))
    if row is None:
        return None
    if row.body_hash != _request_hash():
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, _("This Idempotency-Key was used for another request."))
    body = call.backend.keys.unseal(row.response["sealed"], _purpose(call))
    return Response(body, status=row.status, mimetype=row.response["type"])


def keep_answer(call: Call, key: str, response: Response) -> None:
    """Keep the answer in the transaction that made it."""
    call.session.add(
        IdempotencyKey(
            company_id=call.viewer.company_id,
            user_id=call.viewer.user_id,
            key=key,
            body_hash=_request_hash(),
            status=response.status_code,
            response={
                "sealed": call.backend.keys.seal(response.get_data(), _purpose(call)),
                "type": response.mimetype or "application/json",
            },
            created_at=call.now,
        )
    )


def _mine(call: Call) -> Select[IdempotencyKey]:
    return select(IdempotencyKey).where(
        IdempotencyKey.company_id == call.viewer.company_id, IdempotencyKey.user_id == call.viewer.user_id
    )


def _forget_old(call: Call) -> None:
    call.session.execute(
        delete(IdempotencyKey).where(
            IdempotencyKey.company_id == call.viewer.company_id,
            IdempotencyKey.user_id == call.viewer.user_id,
            IdempotencyKey.created_at < call.now - KEPT,
        )
    )


def _purpose(call: Call) -> str:
    return f"idempotency_key:response:{call.viewer.user_id}"


def _request_hash() -> str:
    digest = hashlib.sha256()
    for part in (request.method.encode(), request.full_path.encode(), request.get_data(cache=True)):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
