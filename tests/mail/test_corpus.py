"""Mails that others collected: each is read without an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from mail.parse import parse
from mail.rendering import message_json
from tests.kit.corpus import CORPUS, corpus

FOLDERS = sorted(path.name for path in CORPUS.glob("mime-*")) if CORPUS.is_dir() else ["mime-cpython"]


@pytest.mark.parametrize("folder", [*FOLDERS, "reply-redmine", "bounce-sisimai", "thread-notmuch"])
def test_every_file_is_read(folder: str) -> None:
    for path in files(folder):
        assert message_json(parse(path.read_bytes())), path.name


def test_line_ends_do_not_change_what_is_read() -> None:
    for path in files("thread-notmuch"):
        raw = path.read_bytes().replace(b"\r\n", b"\n")
        one, two = parse(raw), parse(raw.replace(b"\n", b"\r\n"))
        assert (one.subject, one.from_, one.text, one.new_text) == (two.subject, two.from_, two.text, two.new_text)


def files(folder: str) -> list[Path]:
    return [path for path in sorted(corpus(folder).iterdir()) if path.is_file() and path.name != "SOURCE.md"]
