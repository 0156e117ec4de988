"""The demo: its world is what it promises, and it runs from start to end."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.demo import paper, picture
from cli.demo.domains import Domains
from cli.demo.letters import demo_letters
from cli.demo.populating import populate
from cli.demo.world import DemoWorld, read_data
from cli.demo.writing import Pen, message_ids
from cli.opening import opened
from cli.problem import Problem
from config.settings import Settings
from mail.parse import parse
from tests.kit.running import ROOT, free_port
from webui.guide_file import read_guide

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ONE_OF_OURS = re.compile(r"@(?!(?:[a-z0-9-]+\.)*[a-z0-9-]+\.example\b)")


def test_the_company_is_as_large_as_promised() -> None:
    world = DemoWorld()
    people = [address for one in world.organizations for address in one.people]
    deals = [one for one in world.records if one.type == "deal"]
    assert (len(people), len(set(people)), len(world.organizations)) == (40, 40, 12)
    assert (len(deals), len([one for one in world.records if one.type == "lead"])) == (12, 5)
    assert {one.fields.get("status", "open") for one in deals} == {"open", "won", "lost"}
    assert {address for one in world.records for address in one.contacts} <= set(people)
    assert [one.role for one in world.users] == ["admin", "member", "member"]


@pytest.mark.parametrize("file", ["world.toml", "letters.toml", "guide.toml"])
def test_every_address_is_invented(file: str) -> None:
    assert ONE_OF_OURS.findall(str(read_data(file))) == []


def test_the_letters_are_varied_and_lie_in_the_past() -> None:
    world, letters = DemoWorld(), demo_letters(NOW)
    pen = Pen(world, Domains(), "bcc-abc@bcc.northwind.example", message_ids(world, letters))
    parsed = {one.key: parse(pen.mail(one).content) for one in letters}
    assert len(parsed) == 12
    assert all(one.date and one.date < NOW for one in parsed.values())
    assert all(not one.defects for one in parsed.values())
    assert parsed["terrace"].attachments[0].content_type == "application/pdf"
    assert [one.inline for one in parsed["spring"].attachments] == [True]
    assert parsed["away"].automatic == "reply"
    assert len(parsed["answer"].forwarded) == len(parsed["enquiry"].forwarded) == 1


def test_the_pictures_are_what_they_say() -> None:
    assert picture.bench().startswith(b"\x89PNG\r\n\x1a\n")
    page = paper.pdf(["Angebot (2117)", "zwei Stühle"])
    assert page.startswith(b"%PDF-1.4\n")
    assert page.endswith(b"%%EOF\n")
    start = int(page.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert page[start:].startswith(b"xref\n")


def test_it_wants_an_empty_directory(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with opened(settings, migrate=True) as at:
        made = populate(at, DemoWorld())
        assert made.destination("personal", "ben").startswith("ben-")
        assert made.destination("Spring collection", "ben").startswith("deal-")
        with pytest.raises(Problem, match="holds an installation already"):
            populate(at, DemoWorld())


@pytest.mark.slow
def test_it_runs_from_start_to_end(tmp_path: Path) -> None:
    base = free_port()
    words = [sys.executable, "-P", "-m", "cli.demo", "--once", "--keep", str(tmp_path / "kept"), "--port-base"]
    done = subprocess.run([*words, str(base)], cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr
    for line in ("Pages ", "Login ", "Password ", "Bcc address ", "curl "):
        assert line in done.stdout
    told = done.stdout.partition("12 mails over SMTP:")[2]
    assert told.count("/m/") == 10
    for sentence in (
        "Linked to 40 garden chairs, because it is the only open deal, lead or project of Maria Lopez.",
        "Linked to Furniture for the lake terrace, because it was sent to the address of that record.",
        "Which one is it about?",
        "Who is it?",
        "Held: sven@nordlys.example was proved, but is not an approved sender.",
        "Refused: 550 5.7.",
        "nothing was sent to anybody",
    ):
        assert sentence in told
    guide = read_guide(tmp_path / "kept")
    assert guide
    assert len(guide.steps) == 10
