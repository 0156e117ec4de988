"""The search field of mail: what the viewer wrote, understood, with public ids read as the records they name."""

from __future__ import annotations

from dataclasses import replace

from linking.search_query import Named, SearchQuery, parse
from webui.call import Call


def understand(call: Call, words: str) -> SearchQuery:
    """Answer what is asked; a record may be named by its public id."""
    asked = parse(words, call.now)
    return replace(asked, records=tuple(_by_id(call, one) for one in asked.records))


def _by_id(call: Call, named: Named) -> Named:
    return replace(named, id=call.backend.sealer.unseal(named.type, named.text))
