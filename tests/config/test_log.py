"""Log lines: to one stream, with ids, without secrets and without what a mail says."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from config.log import configure
from config.settings import Settings


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    root, level = logging.getLogger(), logging.getLogger().level
    handlers = list(root.handlers)
    configure(Settings(log_format="json"), stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def _last(stream: io.StringIO) -> dict[str, object]:
    line: dict[str, object] = json.loads(stream.getvalue().splitlines()[-1])
    return line


def test_bound_ids_stand_on_every_line(lines: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(inbound_id=7):
        structlog.get_logger("smartbcc.test").info("filed", links=2)
    line = _last(lines)
    assert (line["event"], line["inbound_id"], line["links"], line["level"]) == ("filed", 7, 2, "info")


@pytest.mark.parametrize(
    "key", ["password", "api_token", "Authorization", "set-cookie", "session_tokens", "csrf_token", "subject", "body"]
)
def test_secrets_and_content_are_masked(lines: io.StringIO, key: str) -> None:
    structlog.get_logger().warning("tried", **{key: "sesame"})
    assert _last(lines)[key] == "***"
    assert "sesame" not in lines.getvalue()


def test_ordinary_words_are_not_masked(lines: io.StringIO) -> None:
    structlog.get_logger().info("read", content_type="text/plain", message_id=3, broken=1)
    assert _last(lines)["content_type"] == "text/plain"


def test_userinfo_is_masked_in_texts_and_tracebacks(lines: io.StringIO) -> None:
    try:
        raise OSError("cannot reach postgresql://user:sesame@host/db")
    except OSError:
        structlog.get_logger().exception("lost smtp://user:sesame@relay")
    assert "sesame" not in lines.getvalue()
    assert "host/db" in lines.getvalue()


def test_no_local_variable_reaches_a_traceback(lines: io.StringIO) -> None:
    letter = "-".join(("dear", "canary"))
    try:
        raise ValueError(len(letter))
    except ValueError:
        structlog.get_logger().exception("failed")
    assert "dear-canary" not in lines.getvalue()


def test_library_lines_come_along_but_not_their_chatter(lines: io.StringIO) -> None:
    logging.getLogger("some.library").warning("took %s s", 3)
    assert _last(lines)["event"] == "took 3 s"
    before = lines.getvalue()
    logging.getLogger("mail.log").info("MAIL FROM:<someone@example.com>")
    logging.getLogger("sqlalchemy.engine").info("INSERT …")
    assert lines.getvalue() == before


def test_the_console_form_is_plain_where_no_terminal_is() -> None:
    stream = io.StringIO()
    root = logging.getLogger()
    handlers = list(root.handlers)
    configure(Settings(), stream)
    structlog.get_logger().info("ready", port=2525)
    root.handlers[:] = handlers
    structlog.reset_defaults()
    assert "ready" in stream.getvalue()
    assert "port=2525" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
