"""The way back of an act on letters, for a form to bring back: an id for the one who did it."""

from __future__ import annotations

from linking.changed import Changed, LinkedMany, as_told, from_told
from linking.ways_back import keep_way_back, take_way_back
from webui.call import Call


def seal_changed(call: Call, done: Changed | LinkedMany) -> str:
    """Keep what was changed, and answer its public id."""
    return call.seal("way_back", keep_way_back(call.session, call.viewer, as_told(done), call.now))


def open_changed(call: Call, text: str) -> Changed | LinkedMany | None:
    """Answer what was changed, once, and None later; 404 for what is not this user's."""
    told = take_way_back(call.session, call.viewer, call.unseal("way_back", text), call.now)
    return None if told is None else from_told(told)
