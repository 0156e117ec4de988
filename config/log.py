"""Structured logging to standard error, for our own lines and for those of the libraries alike.

One line an outcome, with the ids it is about; never the text or subject of a mail, a token or a
password: values under such names are masked here, whoever logs them.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog

from config.mask import MASK, masked
from config.settings import Settings

SECRET_WORDS: Final = frozenset(
    {"password", "passwd", "token", "secret", "authorization", "cookie", "credential", "csrf"}
)
"""A key that holds one of these words, alone or between underscores, is masked."""
MAIL_WORDS: Final = frozenset({"subject", "body", "text", "html", "raw", "snippet", "content"})
"""What a mail says (SECURITY W7); `content_type` and the like are no such thing, so the whole key counts."""

TALKATIVE: Final = ("aiosmtpd", "alembic", "asyncio", "dkim", "gunicorn.access", "mail.debug", "mail.log", "sqlalchemy")
"""Libraries whose lower levels repeat commands, parameters or content; we log the outcome ourselves."""


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask what no line may show."""
    for key, value in event.items():
        if _is_secret(key):
            event[key] = MASK
        elif isinstance(value, str):
            event[key] = masked(value)
    return event


def _is_secret(key: str) -> bool:
    words = {word.removesuffix("s") for word in key.lower().replace("-", "_").split("_")}
    return key.lower() in MAIL_WORDS or bool(words & SECRET_WORDS)


_SHARED: Final[list[structlog.types.Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
]


class _Handler(logging.StreamHandler[TextIO]):
    """The one handler of ours, so that `configure` can replace it."""


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream`, standard error by default; may be called again."""
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # No local variables in a traceback: they may hold a mail.
                structlog.processors.format_exc_info,
                redact,
                _renderer(settings, handler.stream),
            ],
        )
    )
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(settings.log_level.upper())
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _renderer(settings: Settings, stream: TextIO) -> structlog.types.Processor:
    if settings.log_format == "json":
        return structlog.processors.JSONRenderer(default=str)
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
    )
