"""Call: who asks, in which transaction, with what at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from webui.backend import Backend
from webui.problem import not_found


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request of the API; `now` is the database's time."""

    backend: Backend
    session: Session
    viewer: Viewer
    now: datetime

    def seal(self, kind: str, number: int) -> str:
        """Answer the public id."""
        return self.backend.sealer.seal(kind, number)

    def maybe_seal(self, kind: str, number: int | None) -> str | None:
        """Answer the public id, None for None."""
        return None if number is None else self.seal(kind, number)

    def maybe_unseal(self, kind: str, text: str | None) -> int | None:
        """Answer the number behind a public id, None for None."""
        return None if text is None else self.unseal(kind, text)

    def read_raw(self, sha256: str) -> bytes:
        """Answer raw bytes of the viewer's company; raise RawMissing."""
        return self.backend.raw.read(self.session, self.viewer.company_id, sha256)

    def unseal(self, kind: str, text: str) -> int:
        """Answer the number behind a public id; 404 where we never gave it out."""
        number = self.backend.sealer.unseal(kind, text)
        if number is None:
            raise not_found()
        return number
