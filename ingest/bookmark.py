"""Bookmarks: how far an upload of files came, so that one that was interrupted goes on there.

It says no more than what is kept: whoever loses it reads from the beginning, and the same mails are found to be there.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ingest.mail_files import Found, Place, list_files, read_mails

EVERY: Final = 50
"""Mails between two writings."""


@dataclass(slots=True)
class Bookmark:
    """Where the upload of these files by this user stands."""

    file: Path
    paths: Sequence[Path]
    _since: int = 0

    def files(self) -> list[Path]:
        """Answer the files that are left, the interrupted one first."""
        found = [one for path in self.paths for one in list_files(path)]
        place = self.place()
        names = [str(one) for one in found]
        return found[names.index(place.path) :] if place and place.path in names else found

    def mails(self, files: Sequence[Path]) -> Iterator[Found]:
        """Read what is left."""
        place = self.place()
        for one in files:
            yield from read_mails(one, place)

    def place(self) -> Place | None:
        """Answer where to go on; None where there is no mark, or the file is another by now."""
        try:
            said: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
            place = Place(str(said["path"]), int(said["number"]), int(said["octet"]))
            return place if said["state"] == _state(Path(place.path)) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def note(self, found: Found) -> None:
        """Hear of a mail that is settled, and write the mark now and then; raise OSError."""
        if found.place is None:
            return
        self._since += 1
        if self._since >= EVERY:
            self._since = 0
            self._write(found.place)

    def end(self) -> None:
        """Take the mark out: all is read."""
        self.file.unlink(missing_ok=True)

    def _write(self, place: Place) -> None:
        said = {"path": place.path, "number": place.number, "octet": place.octet, "state": _state(Path(place.path))}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(said), encoding="utf-8")
        os.replace(new, self.file)


def bookmark_of(directory: Path, user_id: int, paths: Sequence[Path]) -> Bookmark:
    """Answer the mark of one upload: the same user and files have the same."""
    whole = [path.absolute() for path in paths]
    name = hashlib.sha256("\n".join([str(user_id), *map(str, whole)]).encode()).hexdigest()[:32]
    return Bookmark(directory / f"{name}.json", whole)


def _state(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]
