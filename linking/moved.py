"""Moved: what a merge gave to the contact that is kept, so that exactly that can be taken back (RULES R58)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Overruled:
    """A link of the kept contact that now says what the merged one's said, and what it said itself."""

    link_id: int
    before: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLinks:
    """`link_ids`: links that were made; `letters`: those to which the kept contact had no link at all."""

    link_ids: tuple[int, ...] = ()
    letters: tuple[int, ...] = ()
    overruled: tuple[Overruled, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """`addresses` are keys, `participations` deals, leads and projects, `organization_id` was filled in.

    `created_from` is what said of the kept contact that a rule had made it.
    """

    addresses: tuple[str, ...] = ()
    participations: tuple[int, ...] = ()
    organization_id: int | None = None
    created_from: Any = None
    links: MovedLinks = MovedLinks()

    def as_json(self) -> dict[str, Any]:
        """Answer what the database keeps."""
        return asdict(self)

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> Moved:
        """Read it again."""
        links = kept["links"]
        return Moved(
            addresses=tuple(kept["addresses"]),
            participations=tuple(kept["participations"]),
            organization_id=kept["organization_id"],
            created_from=kept["created_from"],
            links=MovedLinks(
                link_ids=tuple(links["link_ids"]),
                letters=tuple(links["letters"]),
                overruled=tuple(Overruled(one["link_id"], one["before"]) for one in links["overruled"]),
            ),
        )
