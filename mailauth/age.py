"""How old a mail is that comes only now: a fact for its reader, never a reason to refuse (SECURITY 4.10).

Whoever got a signed mail can send it again. That cannot be told from a true blind copy, but an old date can be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from mail.date import parse_date
from mailauth.dkim_signature import BadSignature, named_in, read_tags
from mailauth.results import DkimResult

OLD: Final = timedelta(days=7)
"""Longer than any mail server keeps trying (RFC 5321 §4.5.4.1: four to five days)."""
_SIGNED_AT: Final = re.compile(rb"(?:^|;)[ \t\r\n]*t[ \t\r\n]*=[ \t\r\n]*([0-9]{1,12})[ \t\r\n]*(?:;|$)")


def days_old(fields: Sequence[tuple[bytes, bytes]], dkim: Sequence[DkimResult], now: datetime) -> int:
    """Answer the whole days since its Date or a counting signature's `t=`, whichever is older; 0 up to a week."""
    old = [moment for moment in (*_dates(fields), *_signed_at(fields, dkim, now)) if now - moment > OLD]
    return (now - min(old)).days if old else 0


def _dates(fields: Sequence[tuple[bytes, bytes]]) -> Iterator[datetime]:
    for name, value in fields:
        if name.lower() == b"date" and (moment := parse_date(value.decode("latin-1"))) is not None:
            yield moment


def _signed_at(fields: Sequence[tuple[bytes, bytes]], dkim: Sequence[DkimResult], now: datetime) -> Iterator[datetime]:
    counting = {(one.domain, one.selector) for one in dkim if one.counts}
    latest = (now - OLD).timestamp()
    for name, value in fields:
        if not counting or name.lower() != b"dkim-signature":
            continue
        # reading all tags takes ten times as long, and hardly any signature is old
        found = _SIGNED_AT.search(value)
        if found is None or int(found[1]) > latest:
            continue
        try:
            if named_in(read_tags(value)) in counting:
                yield datetime.fromtimestamp(int(found[1]), UTC)
        except BadSignature:
            # it counts by another signature of that name
            continue
