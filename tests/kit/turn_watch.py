"""While a write transaction is open nothing waits for the world outside (DESIGN 5): a watch that tells who did.

    with turn_watch.watching() as seen:
        ...
    assert seen == []

Files, sockets, subprocesses and sleeping are seen by an audit hook; parsers and whatever else is named
by `functions`, by the interpreter's own monitoring of their code. Nothing is patched.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any, Final

from db.session import in_write

EVENTS: Final = ("open", "socket.", "subprocess.Popen", "time.sleep", "os.system", "os.rename", "shutil.")
IMPORTED: Final = (".py", ".pyc", ".so", "__pycache__")
_TOOL: Final = 4
_watching: list[list[str]] = []


@contextmanager
def watching(functions: Sequence[Callable[..., Any]] = ()) -> Iterator[list[str]]:
    """Collect one line for everything that waits inside an open write transaction."""
    seen: list[str] = []
    codes = [function.__code__ for function in functions if isinstance(function, FunctionType)]
    _watching.append(seen)
    _monitor(codes)
    try:
        yield seen
    finally:
        _watching.remove(seen)
        if codes:
            sys.monitoring.free_tool_id(_TOOL)


def _monitor(codes: Sequence[CodeType]) -> None:
    if not codes:
        return
    event = sys.monitoring.events.PY_START
    sys.monitoring.use_tool_id(_TOOL, "turn watch")
    sys.monitoring.register_callback(_TOOL, event, lambda code, _: _note(f"call of {code.co_qualname}"))
    for code in codes:
        sys.monitoring.set_local_events(_TOOL, code, event)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watching or not event.startswith(EVENTS):
        return
    if event == "open" and str(arguments[0]).endswith(IMPORTED):
        return
    _note(f"{event} {arguments[:1]}")


def _note(what: str) -> None:
    if in_write():
        place = traceback.extract_stack()[-4]
        for seen in _watching:
            seen.append(f"{what} at {place.filename}:{place.lineno}")


# A hook cannot be taken out again: one for the life of the process, which is deaf outside `watching`.
sys.addaudithook(_audit)
