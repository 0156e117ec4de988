"""Secrets at rest: a key ring in one file, keys derived from it by purpose, sealing with AES-256-GCM.

The file DATA_DIR/keys.json (mode 0600) holds a root key for derivation that never rotates (public ids
and record addresses rest on it) and a ring of sealing keys, of which `current` seals and every one unseals.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_FILE: Final = "keys.json"
KEY_OCTETS: Final = 32
NONCE_OCTETS: Final = 12
"""NIST SP 800-38D §8.2.2: 96 random bits."""


class KeyFileBroken(Exception):
    """The key file is unreadable, incomplete or open to others; the text is one sentence for the operator."""


class CannotUnseal(Exception):
    """The sealed text was changed, belongs to another place, or its key is not in the ring."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The opened key ring; its parts never show in a repr, so never in a log."""

    root: bytes = field(repr=False)
    ring: Mapping[str, bytes] = field(repr=False)
    current: str

    def derive(self, purpose: str) -> bytes:
        """Answer 32 bytes for one purpose (HKDF-SHA256, RFC 5869); equal purposes give equal bytes."""
        return HKDF(algorithm=SHA256(), length=KEY_OCTETS, salt=None, info=purpose.encode()).derive(self.root)

    def seal(self, plain: bytes, aad: str) -> str:
        """Encrypt for one place; `aad` names it ("table:column:row") and must be given again to unseal."""
        nonce = secrets.token_bytes(NONCE_OCTETS)
        sealed = nonce + AESGCM(self.ring[self.current]).encrypt(nonce, plain, self._bound(self.current, aad))
        return f"{self.current}.{base64.urlsafe_b64encode(sealed).decode()}"

    def unseal(self, text: str, aad: str) -> bytes:
        """Decrypt what `seal` gave; raises CannotUnseal."""
        name, _, body = text.partition(".")
        key = self.ring.get(name)
        try:
            sealed = base64.b64decode(body.encode("ascii"), altchars=b"-_", validate=True)
            if key is None or len(sealed) < NONCE_OCTETS:
                raise CannotUnseal("the key that sealed this is not in the key file")
            if base64.urlsafe_b64encode(sealed).decode() != body:
                # RFC 4648 §3.5: bits that decode to nothing would give one secret two texts
                raise CannotUnseal("the sealed text was changed")
            return AESGCM(key).decrypt(sealed[:NONCE_OCTETS], sealed[NONCE_OCTETS:], self._bound(name, aad))
        except (InvalidTag, UnicodeEncodeError, binascii.Error):
            raise CannotUnseal("the sealed text was changed or belongs to another place") from None

    @staticmethod
    def _bound(name: str, aad: str) -> bytes:
        return f"{name}:{aad}".encode()


def load_keys(data_dir: Path) -> Keys:
    """Read the key file, making it where there is none; several processes may do so at once.

    Raises KeyFileBroken, and OSError where the directory cannot be written.
    """
    path = data_dir / KEY_FILE
    if not path.exists():
        _make(path)
    return _read(path)


def _make(path: Path) -> None:
    """Write a new file aside and link it into place: the first one wins, nobody ever reads a half one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = secrets.token_hex(4)
    content = {
        "version": 1,
        "root": base64.b64encode(secrets.token_bytes(KEY_OCTETS)).decode(),
        "ring": {name: base64.b64encode(secrets.token_bytes(KEY_OCTETS)).decode()},
        "current": name,
    }
    aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            return
        _sync_directory(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> Keys:
    if path.stat().st_mode & 0o077:
        raise KeyFileBroken(f"the key file {path} is open to other users; set its mode to 0600")
    try:
        content = json.loads(path.read_text(encoding="ascii"))
        ring = {str(name): _key(text) for name, text in content["ring"].items()}
        keys = Keys(root=_key(content["root"]), ring=ring, current=str(content["current"]))
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError):
        raise KeyFileBroken(f"the key file {path} is damaged; restore it from a backup") from None
    if keys.current not in keys.ring:
        raise KeyFileBroken(f"the key file {path} names a current key that it does not hold")
    return keys


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_OCTETS:
        raise ValueError("a key has the wrong length")
    return key
