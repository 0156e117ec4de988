"""What to try in the demo (guide.toml), with the addresses that this demo's records got."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cli.demo.populating import Populated
from cli.demo.world import DemoWorld, read_data
from config.settings import Settings
from db.ids import IdSealer
from webui.guide_file import Guide, Login, Step


def guide_of(
    world: DemoWorld, populated: Populated, settings: Settings, sealer: IdSealer, message_ids: Mapping[str, str]
) -> Guide:
    """Answer the guide for the data directory."""
    data = read_data("guide.toml")
    return Guide(
        company=world.company,
        password=world.password,
        bcc_address=populated.bcc_address,
        by_hand=by_hand(settings, world.users[0].email, data["customer"], populated.bcc_address),
        logins=tuple(Login(name=one.name, email=one.email, says=data["logins"][one.key]) for one in world.users),
        steps=tuple(_step(one, world, populated, sealer, message_ids) for one in data["steps"]),
    )


def by_hand(settings: Settings, author: str, customer: str, bcc_address: str) -> str:
    """Answer a line for a shell that sends a mail; the Bcc address stands in the envelope only."""
    host, _, port = settings.smtp_listen[0].partition(":")
    return (
        f"printf 'From: {author}\\nTo: {customer}\\nSubject: Hello\\n\\nHow are you?\\n' | \\\n"
        f"  curl --silent --show-error --crlf --url smtp://{host}:{port} --mail-from {author} "
        f"--mail-rcpt {bcc_address} -T -"
    )


def _step(
    given: Mapping[str, Any], world: DemoWorld, populated: Populated, sealer: IdSealer, message_ids: Mapping[str, str]
) -> Step:
    path = given.get("path", "")
    if "record" in given:
        record = populated.records[given["record"]]
        path = f"/{record.type}s/{sealer.seal(record.type, record.id)}"
    return Step(
        title=given["title"],
        text=" ".join(given["text"].split()),
        letter=message_ids[given["letter"]] if "letter" in given else "",
        path=path,
        link=given["link"],
        who=world.address(given["who"]) if "who" in given else "",
    )
