"""The field's own suites, where they are at hand: RFC 7208, others' signatures, others' attacks."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dkim
import yaml

from mail.envelope import Envelope
from mailauth.arc import check_chain
from mailauth.dkim import check_signatures, split_mail
from mailauth.results import Verdict
from mailauth.spf import check_spf
from mailauth.verdict import authenticate
from net.budget import BudgetedResolver
from tests.kit.corpus import corpus
from tests.kit.resolver import FAILS, ZoneResolver
from tests.kit.signing import Signer, sender_zone

NOW = datetime(2026, 11, 5, 10, tzinfo=UTC)


def with_crlf(raw: bytes) -> bytes:
    return re.sub(rb"\r\n|\r|\n", b"\r\n", raw)


def envelope(peer: str, sender: str, helo: str) -> Envelope:
    return Envelope(reverse_path=sender, forward_paths=(), helo=helo, peer=peer, tls=False, received_at=NOW)


def spf_zone(data: dict[str, Any]) -> ZoneResolver:
    """The zone of one scenario; PTR records stand under their address as the kit wants them."""
    zone = ZoneResolver()
    for name, records in data.items():
        records = records or []
        has_txt = any(isinstance(record, dict) and "TXT" in record for record in records)
        for record in records:
            if record == "TIMEOUT":
                zone.add(str(name), "*", FAILS)
                continue
            for kind, value in record.items():
                kinds = [kind, "TXT"] if kind == "SPF" and not has_txt else [kind]
                for one in kinds:
                    if value != "NONE":
                        zone.add(_by_address(str(name)), one, FAILS if value == "TIMEOUT" else _text(value))
    return zone


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value)) if value and isinstance(value[0], int) else "".join(map(str, value))
    return str(value)


def _by_address(name: str) -> str:
    labels = name.removesuffix(".").split(".")
    if labels[-2:] == ["in-addr", "arpa"]:
        return ".".join(reversed(labels[:-2]))
    if labels[-2:] == ["ip6", "arpa"]:
        nibbles = "".join(reversed(labels[:-2]))
        return str(ipaddress.ip_address(bytes.fromhex(nibbles)))
    return name


def spf_cases() -> Iterator[tuple[str, ZoneResolver, dict[str, Any]]]:
    for path in sorted(corpus("spf-rfc7208").glob("*.yml")):
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            for name, case in (document or {"tests": {}})["tests"].items():
                yield name, spf_zone(document.get("zonedata") or {}), case


def test_every_case_of_the_spf_suite() -> None:
    wrong, count = [], 0
    for name, zone, case in spf_cases():
        wanted = case["result"] if isinstance(case["result"], list) else [case["result"]]
        dns = BudgetedResolver(zone, ends_at=1e12, questions=40)
        got = check_spf(envelope(str(case["host"]), str(case["mailfrom"]), str(case["helo"])), dns).result
        count += 1
        if got not in wanted:
            wrong.append(f"{name}: {got}, wanted {wanted}")
    assert not wrong
    assert count > 100


def fake_dns(path: Path) -> ZoneResolver:
    zone = ZoneResolver()
    for line in path.read_text("utf-8", "replace").splitlines():
        name, gap, text = line.partition("  ")
        if gap and not line.startswith("#"):
            zone.add(name, "TXT", FAILS if "timed out" in text else text)
    return zone


def test_others_signatures_pass_only_where_dkimpy_passes_them() -> None:
    folder = corpus("dkim-fastmail")
    zone = fake_dns(folder / "FAKE_DNS.dat")

    def find(name: bytes, timeout: int = 5) -> bytes:
        return next(iter(zone.txt(name.decode("latin-1"))), b"")

    for path in sorted(folder.glob("*.txt")):
        raw = with_crlf(path.read_bytes())
        for index, result in enumerate(check_signatures(raw, zone, NOW)):
            if result.result == "pass":
                assert dkim.DKIM(raw).verify(idx=index, dnsfunc=find), path.name


def test_no_message_of_any_collection_raises_or_is_proved_without_keys() -> None:
    nobody = envelope("203.0.113.66", "x@stranger.invalid", "stranger.invalid")
    for name in (
        "dkim-chasquid",
        "dkim-dkimpy",
        "dkim-mailauth",
        "dkim-spamassassin",
        "dmarc-rspamd",
        "dmarc-authheaders",
    ):
        for path in sorted(corpus(name).iterdir()):
            proof = authenticate(with_crlf(path.read_bytes()), nobody, ZoneResolver(), now=NOW)
            assert proof.verdict is Verdict.UNPROVED, path.name


def test_no_spoofed_sender_is_proved() -> None:
    cases = json.loads((corpus("spoof-espoofer") / "cases.json").read_text(encoding="utf-8"))
    attacker = Signer("attack.com", selector="selector")
    zone = ZoneResolver(sender_zone("attack.com", attacker, policy="none", peer="203.0.113.66"))
    for domain in ("legitimate.com", "example.com"):
        zone.add(domain, "TXT", "v=spf1 ip4:192.0.2.10 -all").add(f"_dmarc.{domain}", "TXT", "v=DMARC1; p=reject")
    for case in cases:
        data = {name: text.encode("latin-1") for name, text in case["data"].items()}
        raw = data["from_header"] + data["to_header"] + data["subject_header"] + data["other_headers"] + data["body"]
        if para := case.get("dkim_para"):
            raw = attacker.sign(raw, fields=("from",), d=para["d"], s=para["s"])
        sender = case["mailfrom"].removeprefix("<").removesuffix(">")
        proof = authenticate(raw, envelope("203.0.113.66", sender, case["helo"]), zone, now=NOW)
        believed = proof.verdict is Verdict.PROVED and not proof.from_address.endswith("attack.com")
        assert not believed, case["id"]


def arc_cases() -> Iterator[tuple[str, ZoneResolver, dict[str, Any]]]:
    for path in sorted(corpus("arc-valimail").glob("*.yml")):
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            zone = ZoneResolver()
            for name, text in (document or {}).get("txt-records", {}).items():
                zone.add(str(name), "TXT", str(text))
            for name, case in (document or {"tests": {}})["tests"].items():
                yield name, zone, case


def test_every_case_of_the_arc_suite() -> None:
    wrong, count = [], 0
    for name, zone, case in arc_cases():
        raw = with_crlf(str(case["message"] or "").encode())
        wanted = str(case.get("cv") or "").lower()
        got = check_chain(split_mail(raw), zone, NOW).result
        count += 1
        if got not in ((wanted,) if wanted else ("none", "fail")):
            wrong.append(f"{name}: {got}, wanted {wanted}")
    assert not wrong
    assert count > 100
