"""What an act on many letters changed, sealed for the one who did it: a form brings it back to undo it."""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from typing import Any

from linking.many import Act, Changed, LinkedMany
from net.sealed import CannotUnseal
from webui.call import Call
from webui.problem import not_found


def seal_changed(call: Call, done: Changed | LinkedMany) -> str:
    """Answer a text that only this user can bring back."""
    told: dict[str, Any]
    if isinstance(done, Changed):
        told = {"act": done.act, "before": done.before}
    else:
        told = {"links": done.links, "letters": done.letters, "at": done.at.isoformat()}
    return call.backend.keys.seal(zlib.compress(json.dumps(told).encode(), 9), _purpose(call))


def open_changed(call: Call, text: str) -> Changed | LinkedMany:
    """Answer what was changed; 404 for a text that is not this user's."""
    try:
        told = json.loads(zlib.decompress(call.backend.keys.unseal(text, _purpose(call))))
    except CannotUnseal:
        raise not_found() from None
    if "links" in told:
        at = datetime.fromisoformat(told["at"])
        return LinkedMany(links=tuple(told["links"]), letters=tuple(told["letters"]), at=at)
    before = {said: tuple(numbers) for said, numbers in told["before"].items()}
    return Changed(act=Act(told["act"]), before=before)


def _purpose(call: Call) -> str:
    return f"undo:{call.viewer.company_id}:{call.viewer.user_id}"
