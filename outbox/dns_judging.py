"""Compares what DNS said with what should be there: pure, one function a kind of record."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Final

from outbox.dns_proxies import is_proxy
from outbox.dns_record import Answer, Judged, Purpose, Remark, State, Wanted
from outbox.dns_spf import MOST_LOOKUPS, spf_records

Opinion = tuple[State, list[Remark]]
SHORTEST_CUT: Final = 32


def judge(wanted: Wanted, answer: Answer | None) -> Judged:
    """Answer how the record stands."""
    if answer is None:
        return Judged(wanted=wanted, answer=None, state=State.UNKNOWN)
    if answer.failed is not None:
        return Judged(wanted=wanted, answer=answer, state=State.SILENT)
    state, remarks = _JUDGES[wanted.purpose](wanted, answer)
    if state is State.MISSING and answer.facts.get("doubled"):
        remarks.append(Remark.DOUBLED)
    return Judged(wanted=wanted, answer=answer, state=state, remarks=tuple(remarks))


def plain_text(text: str) -> str:
    """Answer a TXT record as it is meant: without the quotes that somebody typed with it, spaces as one."""
    return " ".join(re.sub(r'"\s*"', "", text).strip().strip('"').split())


def tags_of(text: str) -> dict[str, str]:
    """Answer a tag list such as `v=DKIM1; p=…`, names in lower case, no spaces in values (RFC 6376 §3.2)."""
    pairs = (part.partition("=") for part in plain_text(text).split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _, value in pairs if name.strip()}


def _mx(wanted: Wanted, answer: Answer) -> Opinion:
    own = wanted.value.partition(" ")[2].lower()
    found = [(int(one.partition(" ")[0]), one.partition(" ")[2].lower().rstrip(".")) for one in answer.said]
    if not found:
        return State.MISSING, []
    if all(not host for _, host in found):
        return State.DIFFERENT, [Remark.NULL_MX]
    hosts = [host for _, host in sorted(found)]
    if own not in hosts:
        doubled = any(host.startswith(f"{own}.") for host in hosts)
        remark = Remark.DOUBLED if doubled else Remark.RELAYED if wanted.by_provider else Remark.OTHER_HOST
        return State.RIGHT if remark is Remark.RELAYED else State.DIFFERENT, [remark]
    first = min(preference for preference, _ in found)
    if (first, own) not in found:
        return State.DIFFERENT, [Remark.OTHERS_FIRST]
    return State.RIGHT, [Remark.MORE_HOSTS] if set(hosts) != {own} else []


def _address(_: Wanted, answer: Answer) -> Opinion:
    if not answer.said:
        return State.MISSING, []
    addresses = [ipaddress.ip_address(one) for one in answer.said]
    if any(is_proxy(one) for one in addresses):
        return State.DIFFERENT, [Remark.PROXIED]
    if not any(one.is_global for one in addresses):
        return State.DIFFERENT, [Remark.NOT_PUBLIC]
    return State.RIGHT, []


def _ptr(wanted: Wanted, answer: Answer) -> Opinion:
    if not answer.said:
        return State.MISSING, [Remark.NO_ADDRESS]
    named: dict[str, set[str]] = {}
    for one in answer.said:
        address, _, name = one.partition(" ")
        named.setdefault(address, set()).add(name.lower().rstrip("."))
    if all(names == {""} for names in named.values()):
        return State.MISSING, []
    right = [wanted.value.lower() in names for names in named.values()]
    if all(right):
        return State.RIGHT, []
    return State.DIFFERENT, [Remark.NOT_ALL_NAMED if any(right) else Remark.OTHER_NAME]


def _spf(wanted: Wanted, answer: Answer) -> Opinion:
    records = spf_records(answer.said)
    if not records:
        quoted = any(spf_records([plain_text(one)]) for one in answer.said)
        return (State.DIFFERENT, [Remark.QUOTED]) if quoted else (State.MISSING, [])
    if len(records) > 1:
        return State.DIFFERENT, [Remark.SEVERAL]
    facts = answer.facts
    if _number(facts, "lookups") > MOST_LOOKUPS:
        return State.DIFFERENT, [Remark.TOO_MANY_LOOKUPS]
    if facts.get("readable") is False:
        return State.DIFFERENT, [Remark.UNREADABLE]
    results = facts.get("results")
    if isinstance(results, list) and results and "pass" not in results:
        return State.DIFFERENT, [Remark.NOT_NAMED]
    remarks = [Remark.PASSES_ALL] if facts.get("passes_all") else []
    if wanted.by_provider and wanted.purpose is Purpose.SPF:
        remarks.append(Remark.PROVIDER)
    return State.RIGHT, remarks


def _dkim(wanted: Wanted, answer: Answer) -> Opinion:
    if not answer.said:
        return State.MISSING, []
    if len(answer.said) > 1:
        # RFC 6376 §3.6.2.2: what follows from several is not defined.
        return State.DIFFERENT, [Remark.SEVERAL]
    (said,) = answer.said
    expected, found = tags_of(wanted.value)["p"], tags_of(said)
    key = found.get("p")
    if key == expected and found.get("v", "DKIM1") == "DKIM1" and found.get("k", "rsa") == "rsa":
        return (State.DIFFERENT, [Remark.QUOTED]) if '"' in said else (State.RIGHT, [])
    if key is None:
        return State.DIFFERENT, [Remark.UNREADABLE]
    if not key:
        return State.DIFFERENT, [Remark.REVOKED]
    is_cut = len(key) >= SHORTEST_CUT and expected.startswith(key) and key != expected
    return State.DIFFERENT, [Remark.CUT if is_cut else Remark.OTHER_KEY if key != expected else Remark.UNREADABLE]


def _dmarc(_: Wanted, answer: Answer) -> Opinion:
    here = [one for one in answer.said if tags_of(one).get("v") == "DMARC1"]
    if len(here) > 1:
        return State.DIFFERENT, [Remark.SEVERAL]
    if answer.facts.get("broken"):
        return State.DIFFERENT, [Remark.UNREADABLE]
    policy = answer.facts.get("policy")
    if not policy:
        # Quotes that somebody typed keep everybody from reading it.
        return (State.DIFFERENT, [Remark.QUOTED]) if here else (State.MISSING, [])
    remarks = [] if here else [Remark.INHERITED]
    if policy == "none" or answer.facts.get("testing"):
        remarks.append(Remark.ONLY_WATCHED)
    return State.RIGHT, remarks


def _of_version(version: str, needed: str, right: tuple[Remark, ...] = ()) -> Callable[[Wanted, Answer], Opinion]:
    """Judge a record of which one may stand there, with that version and that tag."""

    def judge_one(_: Wanted, answer: Answer) -> Opinion:
        here = [tags for tags in map(tags_of, answer.said) if tags.get("v") == version]
        if not here:
            return (State.DIFFERENT, [Remark.UNREADABLE]) if answer.said else (State.MISSING, [])
        if len(here) > 1:
            return State.DIFFERENT, [Remark.SEVERAL]
        return (State.RIGHT, list(right)) if here[0].get(needed) else (State.DIFFERENT, [Remark.UNREADABLE])

    return judge_one


def _number(facts: Mapping[str, object], name: str) -> int:
    value = facts.get(name)
    return value if isinstance(value, int) else 0


_JUDGES: Final[Mapping[Purpose, Callable[[Wanted, Answer], Opinion]]] = {
    Purpose.MX: _mx,
    Purpose.A: _address,
    Purpose.AAAA: _address,
    Purpose.PTR: _ptr,
    Purpose.SPF: _spf,
    Purpose.DKIM: _dkim,
    Purpose.DMARC: _dmarc,
    # RFC 8461 §3.1: the record says that there is a policy, and the policy is a file.
    Purpose.MTA_STS: _of_version("STSv1", "id", (Remark.NEEDS_FILE,)),
    Purpose.TLS_RPT: _of_version("TLSRPTv1", "rua"),
    Purpose.OWN_SPF: _spf,
    Purpose.OWN_DMARC: _dmarc,
}
