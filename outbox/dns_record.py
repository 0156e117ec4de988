"""What DNS should say about our names, what it said, and how the two compare: plain values.

    wanted (`dns_wanted`) > asked (`dns_asking`) > kept (`dns_checks`) > judged (`dns_judging`) > said (`dns_words`)

Only what DNS said is kept, so that a judgement follows the settings of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What a record is for. OWN_…: of a company's domain, whose mail has to be proved to us."""

    MX = "mx"
    A = "a"
    AAAA = "aaaa"
    PTR = "ptr"
    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    MTA_STS = "mta_sts"
    TLS_RPT = "tls_rpt"
    OWN_SPF = "own_spf"
    OWN_DMARC = "own_dmarc"


class State(StrEnum):
    """How what was found compares with what should be there; SILENT: DNS could not be asked, UNKNOWN: not yet asked."""

    RIGHT = "right"
    MISSING = "missing"
    DIFFERENT = "different"
    SILENT = "silent"
    UNKNOWN = "unknown"


class Remark(StrEnum):
    """What else is to be said about a record."""

    DOUBLED = "doubled"
    OTHER_HOST = "other_host"
    MORE_HOSTS = "more_hosts"
    OTHERS_FIRST = "others_first"
    RELAYED = "relayed"
    NULL_MX = "null_mx"
    NOT_PUBLIC = "not_public"
    PROXIED = "proxied"
    NO_ADDRESS = "no_address"
    OTHER_NAME = "other_name"
    NOT_ALL_NAMED = "not_all_named"
    SEVERAL = "several"
    QUOTED = "quoted"
    TOO_MANY_LOOKUPS = "too_many_lookups"
    UNREADABLE = "unreadable"
    PASSES_ALL = "passes_all"
    NOT_NAMED = "not_named"
    PROVIDER = "provider"
    REVOKED = "revoked"
    CUT = "cut"
    OTHER_KEY = "other_key"
    ONLY_WATCHED = "only_watched"
    INHERITED = "inherited"
    NEEDS_FILE = "needs_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A record as it should stand: `name` is the host to enter, `value` what to enter there ("": no one value).

    `domain`: whose record it is. `needed`: without it mail is lost or refused; the others make things better.
    `by_provider`: the value depends on a mail provider (SPF), or another server may stand in front (MX).
    """

    purpose: Purpose
    domain: str
    name: str
    type: str
    value: str
    needed: bool = True
    by_provider: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What DNS said; `failed`: why it could not be asked. `facts`: what else was asked to judge it."""

    said: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    failed: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A record with what was found, how that compares, and what else to say."""

    wanted: Wanted
    answer: Answer | None
    state: State
    remarks: tuple[Remark, ...] = ()

    @property
    def look(self) -> str:
        """Answer how it looks: good, bad, warn or nothing."""
        match self.state:
            case State.RIGHT:
                return "warn" if Remark.PASSES_ALL in self.remarks else "good"
            case State.MISSING | State.DIFFERENT if self.wanted.needed:
                return "bad"
            case State.DIFFERENT | State.SILENT:
                return "warn"
        return ""
