"""Every dialogue file is played against a receiver; comment lines `# with …` say what is unusual about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final

import pytest

from accounts.policies import CompanyPolicies
from db.failures import StorageFull, StorageUnavailable
from mailauth.results import ArcResult, DkimResult, DmarcResult, SpfResult, Verdict
from smtpd.limits import Limits
from smtpd.neighbours import NOBODY, Neighbours
from smtpd.service import LMTP, SMTP, SUBMISSION
from tests.kit.certificate import server_context
from tests.kit.dialogue import Player, read_dialogue
from tests.kit.door import OpenDoor, examined_as, open_door

DIALOGUES: Final = sorted((Path(__file__).resolve().parents[1] / "dialogues").glob("*.smtp"))
LIMITS: Final = Limits(message_octets=200_000, linger_seconds=1)
SPF_FAIL: Final = SpfResult(result="fail", domain="seller.example", counts=False, reason="")


def signature(result: str, *, aligned: bool = True, domain: str = "seller.example") -> DkimResult:
    return DkimResult(
        result=result, domain=domain, selector="s1", algorithm="rsa-sha256", aligned=aligned, counts=False, reason=""
    )


EVIDENCE: Final[dict[str, dict[str, Any]]] = {
    "deferred": {"verdict": Verdict.DEFERRED},
    "dmarc_reject": {"dmarc": DmarcResult(result="fail", policy="reject", domain="seller.example")},
    "spf_and_dkim_fail": {"spf": SPF_FAIL, "dkim": (signature("fail"),)},
    "length_tag": {
        "dkim": (signature("policy"),),
        "dmarc": DmarcResult(result="fail", policy="reject", domain="seller.example"),
    },
    "other_signature": {"dkim": (signature("pass", aligned=False, domain="other.example"),)},
    "unknown_sealer": {
        "arc": ArcResult(result="pass", sealers=("stranger.example",)),
        "dmarc": DmarcResult(result="fail", policy="reject", domain="seller.example"),
    },
    "no_signature": {},
    "many_signatures": {"dkim": (signature("fail"),) * 10, "spf": SPF_FAIL},
    "spf_fail": {"spf": SPF_FAIL},
    "publishes_nothing": {"publishes_nothing": True},
}
NEIGHBOURS: Final = Neighbours(mtas=((ip_network("127.0.0.0/8"), "mx.seller.example"),))
SERVICES: Final = {"smtp": SMTP, "lmtp": LMTP, "submission": SUBMISSION}
STORE_FAILURES: Final = {
    "full": StorageFull("no room"),
    "down": StorageUnavailable("gone"),
    "broken": RuntimeError("a bug"),
}


def settings_of(path: Path) -> dict[str, list[str]]:
    settings: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# with "):
            name, *values = line.removeprefix("# with ").split()
            settings[name] = values
    return settings


def limits_with(pairs: list[str]) -> Limits:
    changes: dict[str, Any] = {name: float(value) for name, _, value in (pair.partition("=") for pair in pairs)}
    return replace(LIMITS, **changes)


@contextmanager
def door_for(path: Path, directory: Path, event_loop: str = "uvloop") -> Iterator[OpenDoor]:
    settings = settings_of(path)
    tls_context = server_context(directory) if "tls" in settings else None
    limits = limits_with(settings.get("limits", []))
    service = SERVICES[settings.get("service", ["smtp"])[0]]
    near = NEIGHBOURS if "neighbour" in settings else NOBODY
    with open_door(limits, service=service, tls_context=tls_context, neighbours=near, event_loop=event_loop) as door:
        door.directory.policies = CompanyPolicies.model_validate(
            dict(pair.split("=") for pair in settings.get("policies", []))
        )
        for name in settings.get("evidence", []):
            door.examine = examined_as(**{"verdict": Verdict.UNPROVED, **EVIDENCE[name]})
        if "crowded" in settings:
            door.door.sessions.room.held += 10 * LIMITS.message_octets
        for name in settings.get("store", []):
            door.store.failing = STORE_FAILURES.get(name)
            door.store.held = [] if name == "slow" else None
        door.directory.forwarding = "forwarding" in settings
        if "database" in settings:
            door.directory.failing = OSError("the database is away")
        yield door


@pytest.mark.parametrize(
    "name", ["idle_client", "endless_session", "silent_data", "slow_data", "starttls", "early_talker"]
)
def test_dialogue_on_the_loop_of_the_library(name: str, tmp_path: Path) -> None:
    path = next(path for path in DIALOGUES if path.stem == name)
    with door_for(path, tmp_path, "asyncio") as door:
        Player(door.port, lambda: len(door.store.deliveries)).play(read_dialogue(path))


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
def test_dialogue(path: Path, tmp_path: Path) -> None:
    with door_for(path, tmp_path) as door:
        Player(door.port, lambda: len(door.store.deliveries)).play(read_dialogue(path))
