"""Debian's libopendkim as a peer, called in this process; keys come from a file, so that no DNS is in the way."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

PACKAGE: Final = "libopendkim11"
OK: Final = 0
NOTHING_TO_VERIFY: Final = 9
"""What the end says where the header held no signature, after which the body was not looked at."""
_SETOPT: Final = 1
_QUERY_METHOD: Final = 6
_QUERY_INFO: Final = 7
_QUERY_FILE: Final = 1


class OpenDkim:
    """Verifies every signature of a mail; made by `open_dkim`."""

    def __init__(self, library: ctypes.CDLL, keys: bytes) -> None:
        self._library = library
        library.dkim_init.restype = ctypes.c_void_p
        library.dkim_verify.restype = ctypes.c_void_p
        library.dkim_verify.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p]
        library.dkim_chunk.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
        library.dkim_eom.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        library.dkim_free.argtypes = [ctypes.c_void_p]
        library.dkim_options.argtypes = [ctypes.c_void_p, *[ctypes.c_int] * 2, ctypes.c_char_p, ctypes.c_size_t]
        self._handle = library.dkim_init(None, None)
        method = _QUERY_FILE.to_bytes(4, "little")
        library.dkim_options(self._handle, _SETOPT, _QUERY_METHOD, method, len(method))
        # libopendkim copies a string of its own path length
        library.dkim_options(self._handle, _SETOPT, _QUERY_INFO, keys + bytes(4096), len(keys) + 1)

    def verify(self, raw: bytes) -> int:
        """Answer the library's status of a whole mail."""
        status = ctypes.c_int()
        mail = self._library.dkim_verify(self._handle, b"bench", None, ctypes.byref(status))
        try:
            self._library.dkim_chunk(mail, raw, len(raw))
            self._library.dkim_chunk(mail, None, 0)
            found: int = self._library.dkim_eom(mail, None)
            return found
        finally:
            self._library.dkim_free(mail)


@contextmanager
def open_dkim(keys: Sequence[tuple[str, str]]) -> Iterator[OpenDkim | None]:
    """Open the library with these key records (name, text); None where it is not installed."""
    name = ctypes.util.find_library("opendkim")
    if name is None:
        yield None
        return
    with tempfile.NamedTemporaryFile("w") as file:
        file.writelines(f"{key} {text}\n" for key, text in keys)
        file.flush()
        yield OpenDkim(ctypes.CDLL(name), os.fsencode(file.name))
