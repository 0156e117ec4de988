"""One endpoint of the API as a value: from it come the route, its checks and its specification."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, Protocol

from pydantic import BaseModel

PLACE: Final = re.compile(r"\{(\w+)\}")
"""A sealed id in a path, named by its kind: `/messages/{message}/attachments/{attachment}`."""

type Handler = Callable[..., Any]


class Registering(Protocol):
    """A decorator that leaves its function as it is."""

    def __call__[One: Callable[..., Any]](self, handler: One, /) -> One:
        """Register it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`answer` None: the handler gives a whole response of `media_type`, or nothing (204).

    `then` renders the answer in a snapshot of its own after the commit, where that takes longer
    than a write transaction may last. `for_readers`: a read-only user may do this write
    too. `wakes`: there is work for the workers after it.
    `as_given`: ids in the path reach the handler as they stand, so that every one can be answered alike.
    `alone`: the handler opens its own transactions; its session is a snapshot to look first.
    """

    name: str
    method: str
    path: str
    summary: str
    handler: Handler
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: Any = None
    status: HTTPStatus = HTTPStatus.OK
    admin: bool = False
    for_readers: bool = False
    wakes: bool = False
    alone: bool = False
    as_given: bool = False
    then: Handler | None = None
    media_type: str | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Answer the kinds of the ids in the path, in order."""
        return tuple(PLACE.findall(self.path))

    @property
    def rule(self) -> str:
        """Answer the path as Flask writes it."""
        return PLACE.sub(r"<\1>", self.path)

    @property
    def is_change(self) -> bool:
        """Whether it changes anything."""
        return self.method != "GET"

    @property
    def tag(self) -> str:
        """Answer the resource that this operation belongs to."""
        return self.path.strip("/").split("/")[0]


@dataclass(frozen=True, slots=True)
class Operations:
    """All operations of one resource, in the order of their definition."""

    found: list[Operation] = field(default_factory=list)

    def add(self, method: str, path: str, summary: str, *, name: str = "", **more: Any) -> Registering:
        """Register the decorated handler `(call, body?, query?, *ids)`; its id is its name unless one is given."""

        def register[One: Callable[..., Any]](handler: One, /) -> One:
            called = name or getattr(handler, "__name__", "")
            self.found.append(
                Operation(name=called, method=method, path=path, summary=summary, handler=handler, **more)
            )
            return handler

        return register
